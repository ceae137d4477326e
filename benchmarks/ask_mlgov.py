"""``python ask_mlgov.py QUESTIONS TIMES``: decide every request TIMES times and print how many a second."""

import json
import sys
import time
from pathlib import Path

from mlgov.roles.simulation import Decision, compile_document, policies, request


def main() -> None:
    """Compile, decide, count."""
    questions, times = json.loads(Path(sys.argv[1]).read_bytes()), int(sys.argv[2])
    role = policies([compile_document(each["name"], each["policy"]) for each in questions["policies"]])
    requests = [(each["action"], each["resource"], each["context"]) for each in questions["requests"]]
    allowed, started = 0, time.process_time()
    for _ in range(times):
        for action, resource, context in requests:
            allowed += role.decide(request(action, resource, context)) is Decision.ALLOWED
    rate = times * len(requests) / (time.process_time() - started)
    print(json.dumps({"allowed": allowed, "requests_per_s": round(rate)}))


if __name__ == "__main__":
    main()
