"""The way in: what a shell needs to reach a system that runs on this machine, in one file beside the programs.

`. build/try` sets where the API and AWS's stand-in are, the file with the API key, a configuration of the AWS CLI that is this system's own (nobody's
~/.aws is read or written), and puts `keyturn` and, where there is none, `aws` on the PATH. The file goes with the system."""

import shlex
import sys
from pathlib import Path

from stack.broker import program_path
from stack.moto import REGION

LINES = (". build/try && aws configure set profile.anna.credential_process "
         "'keyturn credentials test-user-anna --account 111111111111'",
         "aws --profile anna sts get-caller-identity")


class Door:
    """folder: for what the file names; gone with the system. key_file: the API key."""

    def __init__(self, folder: Path, api: str, key_file: Path, aws: str):
        keyturn = program_path("keyturn")
        self.path = keyturn.parent.parent / "try"
        self._text = script({
            "KEYTURN_API_URL": api, "KEYTURN_API_KEY_FILE": str(key_file), "AWS_ENDPOINT_URL": aws, "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,  # what version 1 of the AWS CLI asks for
            "AWS_CONFIG_FILE": str(folder / "aws-config"), "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }, keyturn.parent, Path(sys.executable).parent)

    def open(self) -> None:
        part = self.path.with_suffix(".part")
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        part.write_text(self._text)
        part.rename(self.path)

    def close(self) -> None:
        """Takes it away, unless another system put its own there meanwhile."""
        if self.path.exists() and self.path.read_text() == self._text:
            self.path.unlink()


def script(variables: dict[str, str], programs: Path, python: Path) -> str:
    """For any POSIX shell. The profile of the AWS CLI is named by each command, so credentials in the environment do not matter."""
    lines = ["# Made by a running demo or stack, and gone with it."]
    lines += [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    lines += [f"PATH={shlex.quote(str(programs))}:$PATH",
              f"command -v aws > /dev/null || aws() {{ {shlex.quote(str(python / 'aws'))} \"$@\"; }}"]
    return "\n".join(lines) + "\n"
