"""CodeBuild keeps the limit of builds at once.

moto forgets a project's `concurrentBuildLimit`, so that Terraform, which reads back what it has
made, would want to change the project with each plan.
"""

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
