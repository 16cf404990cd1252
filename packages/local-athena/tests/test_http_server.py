"""The server under the endpoint: connections that stay open, and all that HTTP 1.1 asks for."""

from __future__ import annotations

import http.client
import io
import logging
import socket
import threading

import pytest
from local_athena.http_server import HttpServer

log = logging.getLogger("test")


def application(environ, start_response):
    """Answers what it was asked, as the path says."""
    path = environ["PATH_INFO"]
    if path == "/unread":
        body = b"not read"
    elif path == "/nothing":
        start_response("204 No Content", [])
        return []
    elif path == "/unchanged":
        start_response("304 Not Modified", [])
        return [b"a body that must not go out"]
    elif path == "/length":
        start_response("200 OK", [("Content-Length", "5")])
        return iter([b"he", b"llo"])
    else:
        body = environ["wsgi.input"].read()
    start_response("200 OK", [("X-Method", environ["REQUEST_METHOD"])])
    return [body]


@pytest.fixture
def server():
    server = HttpServer(0, application, log)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def connection(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    yield connection
    connection.close()


def ask(connection, method: str, path: str, body=None, **options) -> tuple[int, bytes]:
    connection.request(method, path, body, **options)
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_a_connection_stays_open_whatever_is_asked(connection) -> None:
    connection.connect()
    first = connection.sock
    requests = [
        (("POST", "/echo", b"abc"), (200, b"abc")),
        (("HEAD", "/length"), (200, b"")),
        (("GET", "/length"), (200, b"hello")),
        (("GET", "/nothing"), (204, b"")),
        (("GET", "/unchanged"), (304, b"")),
        (("PUT", "/unread", b"x" * 3_000_000), (200, b"not read")),
        (("GET", "/echo"), (200, b"")),
    ]
    for request, answer in requests:
        assert ask(connection, *request) == answer, request
    assert connection.sock is first


def test_a_body_may_come_in_chunks(connection) -> None:
    body = io.BytesIO(b"y" * 100_000)
    assert ask(connection, "PUT", "/echo", body, encode_chunked=True) == (200, b"y" * 100_000)
    assert ask(connection, "PUT", "/unread", body, encode_chunked=True) == (200, b"not read")
    assert ask(connection, "GET", "/echo") == (200, b"")


def test_a_client_is_told_to_go_on(server) -> None:
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as connection:
        stream = connection.makefile("rwb")
        stream.write(b"PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n")
        stream.write(b"Expect: 100-continue\r\n\r\n")
        stream.flush()
        assert stream.readline() == b"HTTP/1.1 100 Continue\r\n"
        assert stream.readline() == b"\r\n"
        stream.write(b"ab")
        stream.flush()
        assert stream.readline() == b"HTTP/1.1 200 OK\r\n"
        while stream.readline() != b"\r\n":
            pass
        assert stream.read(2) == b"ab"


def test_a_client_that_speaks_http_1_0_is_not_kept(server) -> None:
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as connection:
        connection.sendall(b"GET /length HTTP/1.0\r\n\r\n")
        assert connection.makefile("rb").read().endswith(b"\r\n\r\nhello")


def test_connections_are_answered_at_the_same_time() -> None:
    both = threading.Barrier(2, timeout=10)

    def meet(environ, start_response):
        both.wait()
        start_response("200 OK", [])
        return [b"met"]

    server = HttpServer(0, meet, log)
    server.start()
    answers = []

    def go() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        answers.append(ask(connection, "GET", "/"))
        connection.close()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    server.stop()
    assert answers == [(200, b"met")] * 2


def test_a_stopped_server_answers_on_no_connection(server, connection) -> None:
    assert ask(connection, "GET", "/echo") == (200, b"")
    server.stop()
    with pytest.raises((OSError, http.client.HTTPException)):
        ask(connection, "GET", "/echo")
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", server.server_port), timeout=10)
