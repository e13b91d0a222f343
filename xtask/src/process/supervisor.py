# Runs a program and ends it as soon as our standard input closes, which it
# does when whoever started us is gone, however it died.
# argv: log file, program, arguments. Prints the program's pid, then its status.
# XTASK_TEMPORARY names a folder to remove when it was we who ended the program.
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading


def die_with_parent():
    try:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG, Linux only
    except Exception:
        pass


for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(ignored, signal.SIG_IGN)


def default_signals():
    for restored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(restored, signal.SIG_DFL)
    die_with_parent()


temporary = os.environ.pop("XTASK_TEMPORARY", None)
log = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
try:
    child = subprocess.Popen(
        sys.argv[2:],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        preexec_fn=default_signals,
    )
except OSError as error:
    print("error", error, flush=True)
    sys.exit(1)
print(child.pid, flush=True)


def end_with_starter():
    while os.read(0, 4096):
        pass
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    if temporary:
        shutil.rmtree(temporary, ignore_errors=True)


watch = threading.Thread(target=end_with_starter, daemon=True)
watch.start()
status = child.wait()
try:
    print(status, flush=True)
except OSError:
    pass
# The starter closes our input when it is done with us, and not before.
watch.join()
