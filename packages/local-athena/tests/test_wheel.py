"""The wheel in an empty environment, on a real Trino: dbt's starter project, a PyAthena query."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1]
PROFILES = """
starter:
  target: athena
  outputs:
    athena:
      type: athena
      database: awsdatacatalog
      schema: demo
      region_name: us-east-1
      s3_staging_dir: s3://lake/results/
      s3_data_dir: s3://lake/data/
      threads: 2
"""
# One of the starter's own tests fails, on purpose.
COMMANDS = """
set -e
dbt run
dbt test || echo "dbt test: $?"
python ../query.py
"""
QUERY = """
import pyathena
cursor = pyathena.connect(s3_staging_dir="s3://lake/results/").cursor()
print(cursor.execute("select count(*), count(id), max(id) from demo.my_first_dbt_model").fetchall())
print(cursor.execute("select id from demo.my_second_dbt_model").fetchall())
"""


def find_uv() -> str | None:
    """The uv of this machine, or of the workspace."""
    own = (folder / ".uv/bin/uv" for folder in PACKAGE.parents)
    return shutil.which("uv") or next((str(uv) for uv in own if uv.exists()), None)


@pytest.mark.full
@pytest.mark.skipif(find_uv() is None, reason="no uv, which builds the wheel")
def test_wheel_runs_dbt_and_pyathena(tmp_path: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        "PATH": f"{tmp_path}/venv/bin:{os.environ['PATH']}",
        "DBT_PROFILES_DIR": str(tmp_path),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }

    def run(*command: str | Path, folder: Path = tmp_path) -> str:
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    uv = find_uv()
    run(uv, "build", "--wheel", "--out-dir", tmp_path / "dist", PACKAGE)
    (wheel,) = tmp_path.glob("dist/*.whl")
    run(uv, "venv", "--python", sys.executable, tmp_path / "venv")
    # What is not pinned comes in the releases of this environment, which uv's cache has.
    frozen = run(uv, "pip", "freeze", "--exclude-editable", "--python", sys.executable)
    (tmp_path / "constraints.txt").write_text(frozen)
    clients = [f"{name}=={version(name)}" for name in ("dbt-athena-community", "pyathena")]
    install = (uv, "pip", "install", "--constraints", "constraints.txt")
    run(*install, "--python", tmp_path / "venv/bin/python", wheel, *clients)

    (tmp_path / "profiles.yml").write_text(PROFILES)
    (tmp_path / "query.py").write_text(QUERY)
    run("dbt", "init", "starter", "--skip-profile-setup")
    starter = tmp_path / "starter"
    # A proxy that is not there: nothing on this machine may ask for it.
    environment |= {"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
    said = run(
        "local-athena", "exec", "--bucket", "lake", "--", "sh", "-c", COMMANDS, folder=starter
    )
    assert said.splitlines()[-3:] == ["dbt test: 1", "[(2, 1, 1)]", "[(1,)]"]
    results = json.loads((starter / "target/run_results.json").read_text())["results"]
    assert sorted((result["unique_id"].split(".")[2], result["status"]) for result in results) == [
        ("not_null_my_first_dbt_model_id", "fail"),
        ("not_null_my_second_dbt_model_id", "pass"),
        ("unique_my_first_dbt_model_id", "pass"),
        ("unique_my_second_dbt_model_id", "pass"),
    ]
