"""Sends messages made from a seed to an SMTP server with smtplib.

Usage: send_random.py HOST PORT SEED COUNT
Prints a line of JSON for each message: its kind, the content in base64, the server's last reply.
Content holds every octet but NUL, and CR and LF only as CRLF.
"""
import base64
import json
import random
import smtplib
import sys

OCTETS = bytes(octet for octet in range(1, 256) if octet not in b"\r\n")
NAME_OCTETS = bytes(octet for octet in range(33, 127) if octet != ord(":"))
BLANKS = b" \t"


def text(rng, shortest, longest):
    return bytes(rng.choices(OCTETS, k=rng.randint(shortest, longest)))


def body_line(rng):
    return rng.choices(
        [
            lambda: b"." * rng.randint(1, 6),
            lambda: b"." + text(rng, 0, 80),
            lambda: b"",
            lambda: text(rng, 998, 998),
            lambda: text(rng, 999, 4000),
            lambda: received_field(rng),
            lambda: text(rng, 1, 997),
        ],
        [4, 2, 2, 2, 1, 1, 8],
    )[0]()


def received_field(rng):
    """A Received field of some MTA before us (RFC 5321 4.4)."""
    number = rng.randint(1, 254)
    queue_id = "".join(rng.choices("ABCDEFGHJKMNPQRSTVWXYZ0123456789", k=12))
    return (
        f"Received: from h{number}.example.test (h{number}.example.test [192.0.2.{number}])\r\n"
        f"\tby relay{number}.example.test (\\( by (nested; id \"{number}) \\\\) with ESMTPS id {queue_id}\r\n"
        f"\tfor <b@example.test>; Tue, 24 Nov 2026 05:{number % 60:02}:00 +0{number % 10}30"
    ).encode()


def field(rng):
    if rng.random() < 0.3:
        return received_field(rng)
    name = bytes(rng.choices(NAME_OCTETS, k=rng.randint(1, 20)))
    folded = [bytes(rng.choices(BLANKS, k=1)) + text(rng, 0, 120) for _ in range(rng.randint(0, 3))]
    return b"\r\n".join([name + b":" + text(rng, 0, 120), *folded])


def message(rng):
    """A kind of message and its lines."""
    kind = rng.choices(
        ["header and body", "header alone", "no header", "begins with a blank", "begins with an empty line", "empty"],
        [10, 2, 4, 4, 2, 1],
    )[0]
    header = [field(rng) for _ in range(rng.randint(1, 8))]
    body = [body_line(rng) for _ in range(rng.randint(0, 12))]
    return kind, {
        "header and body": [*header, b"", *body],
        "header alone": header,
        "no header": [b"Hello, world", *header, *body],
        "begins with a blank": [bytes(rng.choices(BLANKS, k=1)) + text(rng, 0, 80), *header, b"", *body],
        "begins with an empty line": [b"", *header, *body],
        "empty": [],
    }[kind]


def transmit(server, content):
    """Returns the reply to the final dot. smtplib would make a line of an empty content."""
    if content:
        return server.data(content)
    server.docmd("DATA")
    server.send(b".\r\n")
    return server.getreply()


def main(host, port, seed, count):
    rng = random.Random(seed)
    with smtplib.SMTP(host, int(port), local_hostname="python.test", timeout=10) as server:
        server.ehlo()
        for _ in range(int(count)):
            kind, lines = message(rng)
            content = b"".join(line + b"\r\n" for line in lines)
            server.mail("a@example.test", ["BODY=8BITMIME"] if rng.random() < 0.5 else [])
            server.rcpt("b@example.test")
            code, reply = transmit(server, content)
            sent = base64.b64encode(content).decode()
            print(json.dumps({"kind": kind, "content": sent, "reply": f"{code} {reply.decode()}"}))


main(*sys.argv[1:])
