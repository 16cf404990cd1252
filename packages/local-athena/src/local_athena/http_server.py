"""Serves a WSGI application on 127.0.0.1 in threads, over connections that stay open.

werkzeug's own server closes the connection after each request. The AWS SDKs and Trino send many
small ones: connections that stay open take half the processor time off each.
"""

import io
import logging
import socketserver
import threading
from http.server import HTTPServer
from typing import Any

from moto.server import MotoRequestHandler
from werkzeug.exceptions import ClientDisconnected
from werkzeug.test import run_wsgi_app
from werkzeug.wsgi import LimitedStream

CHUNK = 1024 * 1024


class _RequestHandler(MotoRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body of an answer are two writes; Nagle's algorithm would hold the second one back
    # for 40 ms on a connection that stays open.
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        """Answer one request, and leave the connection at the beginning of the next one."""
        environ = self.make_environ()
        if not environ.get("wsgi.input_terminated"):
            length = int(self.headers.get("Content-Length") or 0)
            environ["wsgi.input"] = LimitedStream(self.rfile, length)
        body: io.RawIOBase = environ["wsgi.input"]
        chunks, status, headers = run_wsgi_app(self.server.app, environ)
        if "Content-Length" not in headers:
            chunks = [b"".join(chunks)]
            headers["Content-Length"] = str(len(chunks[0]))
        try:
            while body.read(CHUNK):
                pass
        except ClientDisconnected:
            self.close_connection = True
        self._send(chunks, status, headers)

    def _send(self, chunks: Any, status: str, headers: Any) -> None:
        code, _, reason = status.partition(" ")
        without_body = code in ("204", "304")
        self.send_response(int(code), reason)
        for name, value in headers:
            if not without_body or name.lower() != "content-length":
                self.send_header(name, value)
        self.end_headers()
        for chunk in chunks:
            if not without_body and self.command != "HEAD":
                self.wfile.write(chunk)
        if hasattr(chunks, "close"):
            chunks.close()

    def log(self, type: str, message: str, *args: Any) -> None:
        """Write what werkzeug prints, but for the line it prints for each request."""
        if type == "error":
            self.server.log.error(message, *args)


class HttpServer(socketserver.ThreadingMixIn, HTTPServer):
    """One WSGI application, served by a thread per connection."""

    daemon_threads = True
    request_queue_size = 128
    # What werkzeug's request handler asks of its server.
    multithread, multiprocess, ssl_context = True, False, None

    def __init__(self, port: int, app: Any, log: logging.Logger) -> None:
        self.app = app
        self.log = log
        self._connections: set[Any] = set()
        super().__init__(("127.0.0.1", port), _RequestHandler)

    def server_bind(self) -> None:
        """Bind, without the name server that HTTPServer asks."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]

    def start(self) -> None:
        """Serve in a daemon thread."""
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Stop listening and close every connection, those in use too."""
        self.shutdown()
        self.server_close()
        for connection in list(self._connections):
            self.shutdown_request(connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that `stop` can close it."""
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection."""
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Write down what a thread died of."""
        self.log.exception("connection of %s", client_address)
