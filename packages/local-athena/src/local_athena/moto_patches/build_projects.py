"""CodeBuild keeps a project's limit of builds at once, and deletes a project by its ARN, too.

moto forgets `concurrentBuildLimit`, so that Terraform, which reads back what it has made, would
change the project with each apply. It also says that it deleted what it does not find, and finds
names only.
"""

from moto.codebuild.models import CodeBuildBackend
from moto.codebuild.responses import CodeBuildResponse
from moto.core.responses import ActionResult

from .patching import Patch

PATCH = Patch()


@PATCH.replaces(CodeBuildResponse, "create_project")
def _create_project(original):
    def create_project(response: CodeBuildResponse) -> ActionResult:
        answer = original(response)
        if limit := response._get_param("concurrentBuildLimit"):
            answer.result["project"]["concurrentBuildLimit"] = limit
        return answer

    return create_project


@PATCH.replaces(CodeBuildBackend, "delete_project")
def _delete_project(original):
    def delete_project(backend: CodeBuildBackend, name: str) -> None:
        original(backend, name.rpartition("/")[2])

    return delete_project
