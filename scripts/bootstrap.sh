#!/bin/sh
# Makes the environment .venv from uv.lock, or does nothing if it is there and up to date.
#
#   scripts/bootstrap.sh runtime   what it takes to build
#   scripts/bootstrap.sh dev       that, and what it takes to lint and test
#   scripts/bootstrap.sh athena    that, and what the local Athena takes
#   scripts/bootstrap.sh infra     that, and what tests of infra/ take, beside Terraform itself
#   scripts/bootstrap.sh examples  what it takes to build, and what examples/ take
#   scripts/bootstrap.sh benchmark what it takes to build, the local Athena, what measures both, PySpark
#
# What else a person has installed in .venv stays; what uv.lock names gets the version it names.
# PYTHON names the interpreter (default: the one of .venv, else python3).
# Exit codes: 0 .venv is ready, 1 it cannot be made (the last line on stderr says what to do), 130 Ctrl-C.
set -eu
trap 'exit 130' INT
cd "$(dirname "$0")/.."

level=${1:-runtime}
stamp=.venv/.synced-$level  # a copy of the uv.lock that .venv was made from

fail() {
    echo "$*" >&2
    exit 1
}

# The bounds are declared once, in pyproject.toml: requires-python = ">=3.<oldest>,<3.<too_new>".
read_python_bounds() {
    bounds=$(sed -n 's/^requires-python = ">=3\.\([0-9]*\),<3\.\([0-9]*\)"$/\1 \2/p' pyproject.toml)
    oldest=${bounds% *}
    too_new=${bounds#* }
}

# Prints major.minor, or nothing if this is not Python.
version_of() {
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true
}

is_supported() {
    case $1 in
        3.*) [ "${1#3.}" -ge "$oldest" ] && [ "${1#3.}" -lt "$too_new" ] ;;
        *) false ;;
    esac
}

is_ready() {
    [ -x .venv/bin/python ] && cmp -s uv.lock "$stamp" || return 1
    # shellcheck disable=SC3013  # any sh has -nt: something was installed since
    [ ! .venv/lib/python3.*/site-packages -nt "$stamp" ] || return 1
    [ -z "${PYTHON:-}" ] || [ "$(version_of "$PYTHON")" = "$(version_of .venv/bin/python)" ]
}

# Prints a remedy: a Python of this machine that would do, or which one to install.
suggest_python() {
    minor=$((too_new - 1))
    while [ "$minor" -ge "$oldest" ]; do
        if [ "$(version_of "python3.$minor")" = "3.$minor" ]; then
            echo "This machine has one: run make again with PYTHON=python3.$minor."
            return
        fi
        minor=$((minor - 1))
    done
    echo "Install one of them, then run make again with PYTHON=/path/to/python3."
}

choose_python() {
    python=${PYTHON:-python3}
    if [ -z "${PYTHON:-}" ] && is_supported "$(version_of .venv/bin/python)"; then
        python=.venv/bin/python
    fi
    version=$(version_of "$python")
    is_supported "$version" || fail \
        "$python is ${version:+Python }${version:-missing or does not run}; the project needs" \
        "Python 3.$oldest to 3.$((too_new - 1)). $(suggest_python)"
}

# Waits while another bootstrap makes the environment. The lock ends with this process, however it
# ends; it is Python's, because macOS has no flock.
wait_for_turn() {
    (: >>.venv.lock) || fail "This folder cannot be written: give yourself the right to, then run make again."
    exec 9>>.venv.lock  # NFS locks only what may be written
    "$python" -c '
import fcntl, sys
try:
    fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    print("Waiting for another make, which is making .venv", file=sys.stderr)
    fcntl.flock(9, fcntl.LOCK_EX)
except OSError:
    pass  # a file system without locks: nobody can wait there
'
}

# A uv of our own, for machines without one: in the version and by the hashes of scripts/uv.txt.
install_uv() {
    "$python" -c 'import ensurepip, venv' 2>/dev/null || fail \
        "$python cannot make an environment: its venv or ensurepip is missing." \
        "On Debian or Ubuntu: apt install python3-venv." \
        "Elsewhere: install uv (https://docs.astral.sh/uv). Then run make again."
    echo "Installing uv in .uv" >&2
    said=$("$python" -m venv --clear .uv 2>&1) || fail "$said" "Could not make .uv: see above."
    .uv/bin/python -m pip install --quiet --disable-pip-version-check --retries 1 \
        --require-hashes --requirement scripts/uv.txt || fail "$no_packages"
}

choose_uv() {
    uv=uv
    if ! uv --version >/dev/null 2>&1; then
        uv=.uv/bin/uv
        "$uv" --version >/dev/null 2>&1 || install_uv
    fi
}

sync_environment() {
    case $level in
        runtime) scope="--no-dev" levels="runtime" ;;
        dev) scope="--group dev" levels="runtime dev" ;;
        athena) scope="--group dev --group local-athena" levels="runtime dev athena" ;;
        infra) scope="--group dev --group infra" levels="runtime dev athena infra" ;;
        examples) scope="--no-dev --group examples" levels="runtime examples" ;;
        benchmark) scope="--no-dev --group local-athena --group benchmark" levels="runtime benchmark" ;;
        *) fail "$level is not a level: runtime, dev, athena, infra, examples or benchmark." ;;
    esac
    export UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON_DOWNLOADS=never
    export UV_SYSTEM_CERTS=true  # a proxy of the user's company is known to the system only
    unset VIRTUAL_ENV
    # shellcheck disable=SC2086  # several words
    "$uv" sync --frozen --inexact --python "$python" $scope || fail "$no_packages"
    if [ "$level" = benchmark ]; then  # PySpark needs another Java than the local Athena
        "$uv" venv --quiet --allow-existing --python "$python" .venv/spark &&
            "$uv" pip install --quiet --python .venv/spark/bin/python --require-hashes \
                -r scripts/benchmarking/published_jobs.txt || fail "$no_packages"
    fi
    for packages in .venv/lib/python3.*/site-packages; do
        [ ! -d "$packages" ] || mkdir -p "$packages/__pycache__"  # Python would, and look like an install
    done
    for synced in $levels; do
        cp uv.lock ".venv/.synced-$synced"
    done
}

# dbt remembers where the seeds lie, and .venv where our packages lie, which is wrong after the
# folder has moved.
forget_old_place() {
    for ours in .venv/lib/python3.*/site-packages/dbt_stedi.pth; do
        [ ! -e "$ours" ] || grep -qsF "$(pwd -P)/" "$ours" || rm -f .venv/.synced-*
    done
    for parsed in target/partial_parse.msgpack target/test/partial_parse.msgpack; do
        grep -qsF "$(pwd -P)/" "$parsed" || rm -f "$parsed"
    done
}

no_packages="Could not install the packages: see the message above. The first run needs the \
network. Check it (behind a mirror: UV_DEFAULT_INDEX, PIP_INDEX_URL), then run make again."

forget_old_place
if ! is_ready; then
    read_python_bounds
    choose_python
    wait_for_turn
    if ! is_ready; then
        choose_uv
        echo "Making .venv from uv.lock ($level), which may need the network" >&2
        sync_environment
    fi
fi
