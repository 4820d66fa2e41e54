"""Reads delivery reports with Python's email package.

Usage: read_report.py < a list of files, one a line
Prints a line of JSON for each file: the types of its parts, the fields of the delivery status group by group, the
subject of the message that is returned, and what the parser found wrong.
"""
import email.policy
import json
import sys
from email.parser import BytesParser


def read(path):
    with open(path, "rb") as file:
        report = BytesParser(policy=email.policy.SMTP).parse(file)
    text, status, returned = report.get_payload()
    inner = returned.get_payload()
    return {
        "type": report.get_content_type(),
        "reportType": report.get_param("report-type"),
        "parts": [part.get_content_type() for part in report.get_payload()],
        "status": [dict(group.items()) for group in status.get_payload()],
        "returned": inner[0]["subject"] if returned.is_multipart() else inner,
        "defects": [str(defect) for part in report.walk() for defect in part.defects],
    }


for line in sys.stdin:
    print(json.dumps(read(line.rstrip("\n"))))
