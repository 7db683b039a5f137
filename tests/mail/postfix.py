"""A Postfix of the test's own, for root: on a port of loopback, into one Maildir, in a folder that goes away."""

from __future__ import annotations

import email
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
mail_owner = postfix
inet_interfaces = loopback-only
inet_protocols = ipv4
myhostname = postfix.example
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
default_transport = error:no mail leaves this machine
relay_transport = error:no mail leaves this machine
virtual_transport = virtual
virtual_mailbox_domains = acme.example, agency.example
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 100
message_size_limit = 1000000
virtual_mailbox_limit = 0
biff = no
smtpd_client_connection_rate_limit = 0
"""
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """A Postfix at work."""

    folder: Path
    port: int

    def start(self) -> None:
        subprocess.run(["postfix", "-c", self.folder / "etc", "start"], check=True, capture_output=True)

    def stop(self) -> None:
        subprocess.run(["postfix", "-c", self.folder / "etc", "stop"], check=False, capture_output=True)

    def kill(self) -> None:
        """Kill the master and all its children, as a power cut would."""
        master = int((self.folder / "queue" / "pid" / "master.pid").read_text())
        found = subprocess.run(["pgrep", "-P", str(master)], capture_output=True, text=True, check=False)
        for pid in [master, *map(int, found.stdout.split())]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def delivered(self, message_id: str) -> Counter[str]:
        """Return how often each recipient has got a mail, once nothing of it is in the queue any more."""
        deadline = time.monotonic() + 20
        while self._queued() and time.monotonic() < deadline:
            threading.Event().wait(0.05)
        found: Counter[str] = Counter()
        for path in (self.folder / "mail" / "all").glob("new/*"):
            data = path.read_bytes()
            # hundreds of mails lie there: only those that may be meant are read
            if message_id.encode() in data:
                message = email.message_from_bytes(data)
                found[str(message["X-Original-To"])] += message["Message-ID"] == message_id
        return +found

    def _queued(self) -> bool:
        queue = self.folder / "queue"
        return any(_is_whole(path) for name in ("maildrop", "incoming", "active") for path in (queue / name).rglob("*"))


def _is_whole(path: Path) -> bool:
    """Say whether a file is a mail that Postfix has taken: only then it may be executed, half of one may not."""
    with suppress(FileNotFoundError):
        mode = path.stat().st_mode
        return stat.S_ISREG(mode) and bool(mode & stat.S_IXUSR)
    return False


@contextmanager
def running(port: int) -> Iterator[Postfix]:
    """Yield a Postfix on a port; its folder is one that its own user can enter."""
    folder = Path(tempfile.mkdtemp(prefix="postfix-"))
    try:
        folder.chmod(0o755)
        user, nobody = pwd.getpwnam("postfix"), pwd.getpwnam("nobody")
        for name, mode in (("etc", 0o755), ("queue", 0o755), ("data", 0o700), ("mail", 0o755)):
            (folder / name).mkdir()
            (folder / name).chmod(mode)
        os.chown(folder / "data", user.pw_uid, user.pw_gid)
        os.chown(folder / "mail", nobody.pw_uid, nobody.pw_gid)
        main = MAIN.format(folder=folder, uid=nobody.pw_uid, gid=nobody.pw_gid)
        (folder / "etc" / "main.cf").write_text(main, encoding="ascii")
        (folder / "etc" / "master.cf").write_text(MASTER.format(port=port), encoding="ascii")
        server = Postfix(folder, port)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
