"""``python peer_parliament.py FOLDER``: lint every policy of every rendered role, where parliament is."""

import json
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")
import parliament  # noqa: E402


def main() -> None:
    """Lint, and say of how many roles."""
    roles = findings = 0
    for path in sorted(Path(sys.argv[1]).glob("*.json")):
        rendered = json.loads(path.read_bytes())
        roles += 1
        for policy in rendered["Role"].get("Policies", []):
            document = json.dumps(policy["PolicyDocument"])
            findings += len(parliament.analyze_policy_string(document, include_community_auditors=True).findings)
    print(f"{roles} roles, {findings} findings")


if __name__ == "__main__":
    main()
