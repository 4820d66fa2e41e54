"""Reads the Received fields of messages with Python's email package.

Usage: read_received.py < a list of files, one a line
Prints a line of JSON for each file: what each policy sees, the topmost field first; a date in seconds since 1970,
null where it is none.
"""
import email.policy
import email.utils
import json
import re
import sys
from email.parser import BytesParser

POLICIES = {"SMTP": email.policy.SMTP, "compat32": email.policy.compat32}
# RFC 5322 3.2.1, 3.2.2, 3.2.4: a quoted pair or a parenthesis anywhere, a quoted string outside of comments
IN_COMMENT = re.compile(r"\\.|[()]|[^()\\]+|\\", re.DOTALL)
OUTSIDE = re.compile(r'"(?:\\.|[^"\\])*"|\\.|[()]|[^()"\\]+|.', re.DOTALL)


def without_comments(text):
    depth, kept, at = 0, [], 0
    while at < len(text):
        token = (IN_COMMENT if depth else OUTSIDE).match(text, at).group()
        at += len(token)
        if token == "(":
            depth += 1
        elif token == ")" and depth:
            depth -= 1
        elif not depth:
            kept.append(token)
    return " ".join(kept)


def word_after(keyword, text):
    found = re.search(rf"(?:^|\s){keyword}\s+([^\s;]+)", text, re.IGNORECASE)
    return found.group(1) if found else None


def read_field(value):
    unfolded = re.sub(r"\r?\n(?=[ \t])", "", str(value))
    clauses, _, date = without_comments(unfolded).rpartition(";")
    return {"by": word_after("by", clauses), "id": word_after("id", clauses), "date": seconds(date.strip())}


def seconds(date):
    try:
        return email.utils.parsedate_to_datetime(date).timestamp()
    except ValueError:
        return None


def read(file, policy):
    with open(file, "rb") as opened:
        message = BytesParser(policy=policy).parse(opened)
    return [read_field(value) for value in message.get_all("Received", [])]


for path in sys.stdin.read().splitlines():
    print(json.dumps({name: read(path, policy) for name, policy in POLICIES.items()}))
