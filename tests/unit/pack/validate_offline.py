"""Validate an RO-Crate without a network: run by the interpreter that has `roc-validator`.

Arguments: the crate's folder; a JSON-LD file that stands for the context of RO-Crate 1.1; a folder
for the cache. Prints what is wrong as JSON, [severity, message].
"""

import io
import json
import sys
from pathlib import Path

import requests
from requests_cache import CachedSession
from rocrate_validator import services
from rocrate_validator.models import Severity, ValidationSettings
from urllib3 import HTTPResponse

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
PROFILE = "workflow-run-crate"


class FromFile(requests.adapters.HTTPAdapter):
    """Answers every request with one file."""

    def __init__(self, file):
        super().__init__()
        self.content = Path(file).read_bytes()

    def send(self, request, **_):
        headers = {"Content-Type": "application/ld+json"}
        body = io.BytesIO(self.content)
        raw = HTTPResponse(body, headers, status=200, preload_content=False)
        return self.build_response(request, raw)


def main(crate, context, cache):
    cache = Path(cache) / "http"
    session = CachedSession(str(cache), backend="sqlite", expire_after=-1)
    session.mount("https://", FromFile(context))
    session.get(CONTEXT)
    session.close()
    settings = ValidationSettings(
        rocrate_uri=crate,
        profile_identifier=PROFILE,
        requirement_severity=Severity.RECOMMENDED,
        offline=True,
        cache_path=cache,
    )
    result = services.validate(settings)
    print(json.dumps([[issue.severity.name, issue.message] for issue in result.get_issues()]))


if __name__ == "__main__":
    main(*sys.argv[1:])
