"""What the API needs of the rest: a statement translated, and run on Trino."""

from contextlib import closing
from typing import Any

from .. import executor, syntax
from ..language.errors import AthenaFailure, InvalidRequest
from ..sql.translate import translate
from ..trino_client import TrinoClient, TrinoError
from .errors import ApiError, Failure, failure_of


class Engine:
    """Translates Athena's statements and runs them on one Trino."""

    def __init__(self, trino_port: int) -> None:
        self._trino_port = trino_port

    def translate(self, sql: str, database: str | None) -> Any:
        """Translate a statement, or raise what Athena answers at once."""
        try:
            translation = translate(sql, database)
            if translation.unread:
                with closing(TrinoClient(self._trino_port)) as trino:
                    syntax.check(translation.unread, trino)
            return translation
        except InvalidRequest as refusal:
            raise ApiError(refusal.message, refusal.code) from None

    def session(self, scan_limit: int | None) -> TrinoClient:
        """Open what one query execution runs its statements with."""
        return TrinoClient(self._trino_port, scan_limit=scan_limit)

    def run(
        self, translation: Any, session: TrinoClient, *, glue: Any, s3: Any, result_folder: str
    ) -> Any:
        """Run a translation, or raise the Failure that the execution ends with."""
        try:
            return executor.run(
                translation, trino=session, glue=glue, s3=s3, result_folder=result_folder
            )
        except TrinoError as error:
            raise failure_of(error) from error
        except AthenaFailure as error:
            raise Failure(error.message, error.error_type, message=error.error_message) from error
