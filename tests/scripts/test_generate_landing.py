"""The landing data generator: its figures, its bytes, its options, and what it refuses to do."""

import hashlib
import json
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from landing_generator import dirt, output, people, versions
from landing_generator.rand import Draw, shares
from stedi.command import SettingProblem

from tests.conformance.oracle.landing import landing_files
from tests.conformance.oracle.landing import records as records_of
from tests.conformance.oracle.staging import stage_feed, stage_record
from tests.scripts import generator_figures

SCRIPT = Path(__file__).parents[2] / "scripts" / "generate_landing.py"
FEEDS = ("customer", "accelerometer", "step_trainer")
MARKER = "_generated.json"

# SHA-256 over names and contents of the default output; the same on every machine and Python.
DEFAULT_SHA256 = "7070cd3022b4ce980fdbb10e8a0fc51ed81f23aafdc3c3a0416ec76ebfd6afff"


def run(*arguments: object, **options) -> subprocess.CompletedProcess:
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, **options)


def generate(out: Path, *arguments: object) -> Path:
    result = run("--out", out, *arguments)
    assert result.returncode == 0, result.stderr
    return out


def marker(root: Path) -> dict:
    return json.loads((root / MARKER).read_text())


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def lines(root: Path, feed: str) -> list[bytes]:
    """All records that a reader must see, by the independent reader."""
    return [record for file in landing_files(root, feed) for record in records_of(file)]


def sha256(root: Path) -> str:
    digest = hashlib.sha256()
    for name, content in files(root).items():
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


@pytest.fixture(scope="session")
def default(tmp_path_factory) -> Path:
    return generate(tmp_path_factory.mktemp("default") / "landing")


# figures


def test_default_counts_to_every_figure(default):
    assert generator_figures.count(default) == generator_figures.FIGURES


@pytest.mark.parametrize(("seed", "blocks"), [(1, 1), (987_654_321, 3)])
def test_every_block_of_every_seed_counts_to_every_figure(tmp_path, seed, blocks):
    root = generate(tmp_path / "landing", "--seed", seed, "--customers", 956 * blocks)
    expected = {name: blocks * figure for name, figure in generator_figures.FIGURES.items()}
    assert generator_figures.count(root) == expected


def test_walks_have_the_measured_shape(default):
    shape = generator_figures.load(default).execute(
        """
        with walk as (
            select min(moment) as began, max(moment) as ended, max(moment) - min(moment) as lasted
            from vector group by email
        ),
        distance as (
            select min(moment - registered) as first, max(moment - registered) as last
            from vector inner join customer using (email)
        )
        select
            (max(ended) - min(began)) // 60000, epoch_ms(min(began))::date,
            epoch_ms(max(ended))::date, max(lasted),
            (select first from distance), (select last from distance),
            (select max(research - registered) from customer)
        from walk
        """
    )
    minutes, first_day, last_day, longest, earliest, latest, consent = shape.fetchone()
    assert minutes == 43
    assert str(first_day) == str(last_day) == "2022-06-18"
    assert 100_000 < longest <= 116_000
    assert -60_000 < earliest < -40_000
    assert 60_000 < latest < 75_000
    assert 60_000 < consent <= 68_216


def test_some_people_walk_at_the_very_millisecond_of_their_consent(default):
    counted = generator_figures.load(default).execute(
        "select count(distinct owner) from pair where owner = wearer and moment = research"
    )
    assert counted.fetchone()[0] > 10


def test_keys_stand_in_the_published_order_and_are_never_null(default):
    published = [
        *("customerName", "email", "phone", "birthDay", "serialNumber", "registrationDate"),
        *("lastUpdateDate", "shareWithResearchAsOfDate", "shareWithPublicAsOfDate"),
        "shareWithFriendsAsOfDate",
    ]
    for line in lines(default, "customer"):
        customer = json.loads(line)
        assert None not in customer.values()
        assert list(customer) == [key for key in published if key in customer]
    for feed, keys in (
        ("accelerometer", ["user", "timestamp", "x", "y", "z"]),
        ("step_trainer", ["sensorReadingTime", "serialNumber", "distanceFromObject"]),
    ):
        assert list(json.loads(lines(default, feed)[0])) == keys


def test_people_live_on_reserved_domains_and_telephone_numbers(default):
    for line in lines(default, "customer"):
        customer = json.loads(line)
        assert customer["email"].endswith(("@example.com", "@example.org"))
        assert customer["phone"].startswith("80155501")


def test_people_are_unique_from_the_first_to_the_last():
    names = people.Names(seed=0)
    seen = [set(), set(), set()]
    person = people.Person()
    some = 80_000
    last = people.MAX_PEOPLE
    for number in (*range(some), *range(last - some, last)):
        names.baptize(person, number)
        for values, value in zip(seen, (person.name, person.email, person.serial), strict=True):
            values.add(value)
    assert [len(values) for values in seen] == [2 * some] * 3


def test_a_block_that_is_not_full_holds_the_first_people_of_the_full_one(tmp_path):
    full = generate(tmp_path / "full", "--customers", 956 * 2)
    part = generate(tmp_path / "part", "--customers", 1_000)
    one = generate(tmp_path / "one", "--customers", 1)
    for feed, each in (("customer", 1), ("step_trainer", 30)):
        assert lines(part, feed) == lines(full, feed)[: 1_000 * each]
        assert lines(one, feed) == lines(full, feed)[:each]
    phone = lines(part, "accelerometer")
    assert phone == lines(full, "accelerometer")[: len(phone)]


def test_shares_add_up_and_favour_the_largest_remainder():
    assert shares(10, [1, 1, 1]) == [4, 3, 3]
    assert shares(7, [5, 3, 1]) == [4, 2, 1]
    assert shares(0, [2, 3]) == [0, 0]


# bytes


def test_default_bytes_are_the_stored_ones(default):
    assert sha256(default) == DEFAULT_SHA256


def test_bytes_do_not_depend_on_the_surroundings(tmp_path):
    arguments = ["--customers", 1_200, "--dirt", "--versions", 0.5, "--arrival", "--late-files", 3]
    digests = set()
    for place, (hash_seed, zone) in enumerate([("1", "UTC"), ("2", "Asia/Kathmandu")]):
        out = tmp_path / str(place)
        surroundings = {"PYTHONHASHSEED": hash_seed, "TZ": zone, "LC_ALL": "C", "PATH": ""}
        result = run("--out", out, *arguments, env=surroundings, cwd="/")
        assert result.returncode == 0, result.stderr
        digests.add(sha256(out))
    assert len(digests) == 1


def test_another_seed_gives_other_people_and_the_same_seed_the_same(tmp_path, default):
    other = generate(tmp_path / "other", "--seed", 1)
    assert not set(lines(other, "customer")) & set(lines(default, "customer"))
    again = generate(tmp_path / "again", "--seed", 0)
    assert files(again) == files(default)


def test_files_are_cut_between_lines_at_a_sensible_size(default, tmp_path):
    names = [name for name in files(default) if name.startswith("accelerometer/")]
    assert len(names) > 3
    assert names[0] == "accelerometer/landing/accelerometer-00001.json"
    for name, content in files(default).items():
        assert len(content) <= 1 << 20
        assert content.endswith(b"}\n"), name
    larger = generate(tmp_path / "larger", "--customers", 956 * 4)
    assert max(map(len, files(larger).values())) > 3 << 20
    assert len(files(larger)) <= len(files(default))


def test_the_marker_tells_options_files_and_rows(default):
    told = marker(default)
    assert told["options"]["customers"] == 956
    assert told["options"]["seed"] == 0
    assert told["files"] == sorted(set(files(default)) - {MARKER})
    assert told["rows"] == {feed: len(lines(default, feed)) for feed in FEEDS}
    assert str(default) not in (default / MARKER).read_text()


# dirt


@pytest.mark.parametrize(
    ("feed", "kind"),
    [pytest.param(f, kind, id=f"{f}-{kind.name}") for f in FEEDS for kind in dirt.kinds(f)],
)
def test_each_dirty_line_is_what_its_kind_promises(feed, kind):
    clean = {
        "customer": '{"customerName":"Zoë Fenalaford","email":"zoe@example.com",'
        '"phone":"8015550100","birthDay":"1048-05-21","serialNumber":"cd806430","registrationDate":1655563368516,'
        '"lastUpdateDate":1655563368516,"shareWithPublicAsOfDate":1655563368516}',
        "accelerometer": '{"user":"zoe@example.com","timestamp":1655563332568,"x":0.0,"y":1.0,'
        '"z":-1.0}',
        "step_trainer": '{"sensorReadingTime":1655563332568,"serialNumber":"cd806430",'
        '"distanceFromObject":218}',
    }[feed]
    assert stage_record(feed, clean.encode())[-2] is None
    draw = Draw(0, feed, kind.name)
    for _ in range(30):
        line = kind.make(dirt.parse(clean), draw)
        if kind.name == dirt.BLANK_LINE:
            assert not line.strip(b" \t\n\v\f\r")
        else:
            record = line.strip(b" \t\n\v\f\r")
            assert stage_record(feed, record)[-2] == kind.reasons, line


@pytest.fixture(scope="module", params=[(), ("--arrival", "--days", 4)], ids=["flat", "arrival"])
def dirty(request, tmp_path_factory) -> Path:
    return generate(tmp_path_factory.mktemp("dirty") / "landing", "--dirt", *request.param)


def test_every_kind_of_dirt_occurs(dirty):
    told = marker(dirty)["dirt"]
    for feed in FEEDS:
        expected = [kind.name for kind in dirt.kinds(feed)]
        expected += [kind.name for kind in dirt.FILE_KINDS]
        assert list(told[feed]) == expected
        assert min(told[feed].values()) >= 1


def test_a_reader_finds_the_rows_and_reasons_that_the_marker_tells(dirty):
    told = marker(dirty)
    for feed in FEEDS:
        rows = stage_feed(dirty, feed)
        assert len(rows) == told["rows"][feed]
        reasons = Counter(row[-5] for row in rows if row[-5])
        assert reasons == told["reject_reasons"][feed]


def test_dirt_is_added_and_leaves_clean_lines_alone(dirty, default):
    for feed in FEEDS:
        clean, all_lines = Counter(lines(default, feed)), Counter(lines(dirty, feed))
        assert not clean - all_lines
        added = (all_lines - clean).total()
        assert added >= 0.02 * clean.total()
        assert added < 0.04 * clean.total() or feed == "customer"


def test_odd_files_are_there(dirty):
    content = files(dirty)
    names = [Path(name).name for name in content if name.startswith("customer/")]
    for name in (
        "customer",
        "customer.txt",
        "customer 1 (copy).json",
        "customer 'a' \"b\".json",
        "customer[1]{2}.json",
        "customer%20100%.json",
        "customer-größe-日本.json",
        "customer-zip.json.gz",
        "_SUCCESS",
        ".customer.crc",
    ):
        assert name in names
    assert any("/_temporary/" in name for name in content)
    assert any("/.staging/" in name for name in content)
    by_name = {Path(name).name: data for name, data in content.items()}
    assert by_name["customer-empty.json"] == b""
    assert by_name["customer-blank.json"].strip(b" \t\n\v\f\r") == b""
    assert by_name["customer-open.json"][-1:] == b"}"
    assert by_name["customer-crlf.json"].count(b"\r\n") == 3
    assert len(by_name["customer-long.json"].splitlines()[0]) + 1 == 300 * 1024
    assert max(map(len, content.values())) < 2 << 20


def test_huge_lines_are_nearly_16_mib(tmp_path):
    root = generate(tmp_path / "landing", "--dirt", "--huge-lines", "--customers", 5)
    for feed in FEEDS:
        longest = max(lines(root, feed), key=len)
        assert 16 * 2**20 - 2048 < len(longest) < 16 * 2**20
        assert stage_record(feed, longest)[-2] is None
        assert len(lines(root, feed)) == marker(root)["rows"][feed]


# arrival


def test_arrival_spreads_the_same_rows_over_days(tmp_path, default):
    root = generate(tmp_path / "landing", "--arrival", "--days", 3)
    for feed in FEEDS:
        folders = sorted(path.name for path in (root / feed / "landing").iterdir())
        assert folders == [f"ingest_date=2022-06-{day}" for day in (18, 19, 20)]
        assert sorted(lines(root, feed)) == sorted(lines(default, feed))
        sizes = [
            sum(file.stat().st_size for file in (root / feed / "landing" / folder).iterdir())
            for folder in folders
        ]
        assert min(sizes) > 0.9 * max(sizes)


def test_arrival_takes_a_week_by_default_and_goes_past_the_end_of_a_month(tmp_path):
    week = generate(tmp_path / "week", "--arrival", "--customers", 50)
    assert len(list((week / "customer" / "landing").iterdir())) == 7
    month = generate(tmp_path / "month", "--arrival", "--customers", 50, "--days", 14)
    assert (month / "customer" / "landing" / "ingest_date=2022-07-01").is_dir()


def test_late_files_lie_in_days_before_the_newest_ones(tmp_path, default):
    root = generate(tmp_path / "landing", "--arrival", "--days", 6, "--late-files", 7)
    late = marker(root)["late_files"]
    assert len(late) == 7
    assert sorted(late) == sorted(name for name in files(root) if "-late-" in name)
    assert {name.split("/")[0] for name in late} == set(FEEDS)
    assert {name.split("/")[2][-2:] for name in late} == {"18", "19", "20"}
    for name in late:
        assert (root / name).read_bytes().endswith(b"}\n")
    for feed in FEEDS:
        assert sorted(lines(root, feed)) == sorted(lines(default, feed))


# versions and serial numbers


def customers_of(root: Path) -> list[dict]:
    return [json.loads(line) for line in lines(root, "customer")]


def test_versions_are_later_records_of_a_share_of_the_customers(tmp_path, default):
    root = generate(tmp_path / "landing", "--versions", 0.25)
    records = customers_of(root)
    several = [email for email, n in Counter(r["email"] for r in records).items() if n > 1]
    assert len(several) == 956 // 4
    told = marker(root)["versions"]
    assert list(told) == [kind.name for kind in versions.KINDS]
    assert min(told.values()) >= 1
    assert sum(told.values()) == len(several)
    assert not Counter(lines(default, "customer")) - Counter(lines(root, "customer"))
    for feed in ("accelerometer", "step_trainer"):
        assert lines(root, feed) == lines(default, feed)


def test_versions_come_in_any_order(tmp_path):
    root = generate(tmp_path / "landing", "--versions", 1)
    newest: dict[str, int] = {}
    forward = backward = 0
    for record in customers_of(root):
        email, updated = record["email"], record["lastUpdateDate"]
        if email in newest:
            forward += updated > newest[email]
            backward += updated < newest[email]
        newest[email] = max(updated, newest.get(email, 0))
    assert min(forward, backward) > 300


def test_every_kind_of_version_changes_what_it_says():
    names = people.Names(0)
    block = next(people.blocks(0, 956, names))
    consenting = next(p for p in block if p.research == p.registered < p.times[5])
    other = next(p for p in block if p.research is None)
    changes = {}
    for kind in versions.KINDS:
        person = consenting if kind.consenting else other
        made = kind.make(person, versions.Maker(Draw(0, kind.name), names))
        changes[kind.name] = [
            ("-" if v.research is None else "+")
            + ("=" if v.research == person.research else "")
            + ("<" if v.research is not None and v.research < v.updated else "")
            + ("S" if v.serial != person.serial else "")
            for v in made
        ]
        updates = [person.updated, *(v.updated for v in made)]
        if kind.name == "withdrawn_at_once":
            assert updates == [person.updated] * 2
        else:
            assert updates == sorted(set(updates))
        assert all(v.email == person.email and v.times is person.times for v in made)
    assert changes == {
        "withdrawn": ["-"],
        "withdrawn_from_all": ["-"],
        "withdrawn_then_again": ["-", "+"],
        "withdrawn_then_backdated": ["-", "+=<"],
        "consented_earlier": ["+<"],
        "withdrawn_at_once": ["-"],
        "new_device_with_consent": ["+=<S"],
        "consented_later": ["+"],
        "consented_backdated": ["+<"],
        "consented_then_withdrawn": ["+", "-="],
        "new_device_without_consent": ["-=S"],
    }


def test_shared_serials_are_used_over_and_over(tmp_path, default):
    root = generate(tmp_path / "landing", "--shared-serials", 30)
    used = Counter(record["serialNumber"] for record in customers_of(root))
    assert len(used) == 30
    assert min(used.values()) >= 956 // 30
    readings = [json.loads(line) for line in lines(root, "step_trainer")]
    assert len(readings) == 28_680
    assert {reading["serialNumber"] for reading in readings} == set(used)
    assert lines(root, "accelerometer") == lines(default, "accelerometer")


def test_all_options_work_together(tmp_path):
    root = generate(
        tmp_path / "landing",
        *("--customers", 1_000, "--dirt", 0.05, "--arrival", "--days", 5, "--late-files", 4),
        *("--versions", 0.1, "--shared-serials", 100),
    )
    told = marker(root)
    assert told["rows"] == {feed: len(lines(root, feed)) for feed in FEEDS}
    assert told["files"] == sorted(set(files(root)) - {MARKER})
    assert len(told["late_files"]) == 4


# folders and errors


def assert_refused(result: subprocess.CompletedProcess, *words: str, code: int = 2) -> None:
    """Check that the command ended with this exit code, and a last line that has all the words."""
    assert (result.returncode, result.stdout) == (code, "")
    assert "Traceback" not in result.stderr
    assert [word for word in words if word not in result.stderr.splitlines()[-1]] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--customers", "0"], ["--customers", "from 1 to 2097152", "'0'"]),
        (["--customers", "many"], ["--customers", "whole number", "'many'"]),
        (["--customers", "3000000"], ["--customers", "from 1 to 2097152"]),
        (["--seed", "-1"], ["--seed", "from 0 to"]),
        (["--dirt", "2"], ["--dirt", "above 0 and up to 1", "'2'"]),
        (["--dirt", "1/0"], ["--dirt", "above 0"]),
        (["--days", "3"], ["--arrival"]),
        (["--late-files", "3"], ["--arrival"]),
        (["--arrival", "--days", "0"], ["--days", "from 1 to 366"]),
        (["--arrival", "--days", "3", "--late-files", "1"], ["--late-files", "--days 4"]),
        (["--arrival", "--customers", "7", "--late-files", "5"], ["--late-files", "at most 4"]),
        (["--huge-lines"], ["--dirt"]),
        (["--customer", "5"], ["--customer"]),
        (["out"], ["out"]),
    ],
)
def test_wrong_arguments_are_said(tmp_path, arguments, words):
    out = tmp_path / "landing"
    assert_refused(run("--out", out, *arguments), *words)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_filled_and_parents_are_made(tmp_path):
    (tmp_path / "empty").mkdir()
    generate(tmp_path / "empty", "--customers", 2)
    generate(tmp_path / "a" / "b" / "c", "--customers", 2)
    assert files(tmp_path / "empty") == files(tmp_path / "a" / "b" / "c")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "empty"]


def test_folders_get_ordinary_permissions(tmp_path):
    root = generate(tmp_path / "landing", "--customers", 2)
    (tmp_path / "other").mkdir()
    assert root.stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_folder_of_somebody_else_is_refused_even_with_overwrite(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    for arguments in ([], ["--overwrite"]):
        assert_refused(run("--out", tmp_path, *arguments), "not empty", MARKER)
    assert files(tmp_path) == {"mine.txt": b"mine"}


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"generator":"another","files":[]}', "{"])
def test_a_marker_that_is_not_the_generators_is_refused(tmp_path, content):
    (tmp_path / MARKER).write_text(content)
    assert_refused(run("--out", tmp_path, "--overwrite"), "not empty", MARKER)
    assert files(tmp_path) == {MARKER: content.encode()}


def test_a_generated_folder_is_replaced_only_with_overwrite(tmp_path):
    root = generate(tmp_path / "landing", "--customers", 40, "--dirt")
    before = files(root)
    assert_refused(run("--out", root, "--customers", 3), "--overwrite")
    assert files(root) == before
    generate(root, "--customers", 3, "--overwrite")
    assert len(lines(root, "customer")) == 3
    assert list(tmp_path.iterdir()) == [root]


def test_of_two_runs_at_once_with_the_same_options_both_succeed(tmp_path):
    out = tmp_path / "out"
    with output.replacing(out, False) as slow:
        with output.replacing(out, False) as fast:
            output.write_marker(fast, {"seed": 1}, [])
        (out / "mine").write_text("of somebody who has the folder already")
        output.write_marker(slow, {"seed": 1}, [])
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (out / "mine").exists()
    (out / "mine").unlink()
    with pytest.raises(SettingProblem, match="already generated"), output.replacing(out, False):
        pass


def test_of_two_runs_at_once_with_other_options_the_first_one_wins(tmp_path):
    out = tmp_path / "out"
    refused = pytest.raises(SettingProblem, match="already generated")
    with refused, output.replacing(out, False) as slow:
        with output.replacing(out, False) as fast:
            output.write_marker(fast, {"seed": 1}, [])
        output.write_marker(slow, {"seed": 2}, [])
    assert '"seed": 1' in (out / output.MARKER).read_text()


@pytest.mark.parametrize("name", ["mine.json", "customer/landing/mine.json", "_mine/deep/x"])
def test_a_generated_folder_with_a_stranger_in_it_is_refused(tmp_path, name):
    root = generate(tmp_path / "landing", "--customers", 3)
    stranger = root / name
    stranger.parent.mkdir(parents=True, exist_ok=True)
    stranger.write_text("mine")
    before = files(root)
    assert_refused(run("--out", root, "--overwrite"), name)
    assert files(root) == before


def test_a_link_in_a_generated_folder_is_a_stranger(tmp_path):
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").write_text("mine")
    root = generate(tmp_path / "landing", "--customers", 3)
    (root / "link").symlink_to(tmp_path / "precious")
    assert_refused(run("--out", root, "--overwrite"), "link")
    assert (tmp_path / "precious" / "file").read_text() == "mine"


def test_a_link_to_the_folder_is_followed(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "real").mkdir()
    generate(tmp_path / "link", "--customers", 3)
    assert (tmp_path / "link").is_symlink()
    assert len(lines(tmp_path / "real", "customer")) == 3


def test_a_file_in_the_way_is_said(tmp_path):
    (tmp_path / "file").write_text("mine")
    assert_refused(run("--out", tmp_path / "file"), "is a file")
    assert_refused(run("--out", tmp_path / "file" / "below"), "cannot be written", code=1)
    assert files(tmp_path) == {"file": b"mine"}


LIMITED = """
import resource, runpy, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))
sys.path.insert(0, sys.argv[1])
from landing_generator.cli import main
sys.exit(main(sys.argv[2:]))
"""


def test_a_write_that_fails_is_said_and_leaves_nothing(tmp_path):
    command = [sys.executable, "-c", LIMITED, SCRIPT.parent, "--out", tmp_path / "landing"]
    result = subprocess.run([*map(str, command)], capture_output=True, text=True)
    assert_refused(result, "cannot be written", "File too large", code=1)
    assert list(tmp_path.iterdir()) == []


def start_and_wait_for_data(out: Path, *arguments: object) -> subprocess.Popen:
    """Start a run that would take long and return when it has begun to write."""
    command = [sys.executable, SCRIPT, "--customers", 1_000_000, "--out", out, *arguments]
    process = subprocess.Popen(
        [*map(str, command)],
        stderr=subprocess.PIPE,
        text=True,
        # A run that was started in the background would inherit an ignored SIGINT.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 20
    while not list(out.parent.glob(f".{out.name}.partial-*/*/*/landing/*.json")):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)
    return process


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing(tmp_path, sent):
    process = start_and_wait_for_data(tmp_path / "landing")
    process.send_signal(sent)
    _, message = process.communicate(timeout=20)
    assert process.returncode == 130
    assert message == "\ngenerate_landing.py: interrupted, nothing half-written is left\n"
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_overwrite_leaves_the_old_data(tmp_path):
    root = generate(tmp_path / "landing", "--customers", 10)
    before = files(root)
    process = start_and_wait_for_data(root, "--overwrite")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert list(tmp_path.iterdir()) == [root]
    assert files(root) == before


def test_a_killed_run_leaves_nothing_that_looks_finished(tmp_path):
    process = start_and_wait_for_data(tmp_path / "landing")
    process.kill()
    process.communicate(timeout=20)
    left = list(tmp_path.iterdir())
    assert [path.name[:17] for path in left] == [".landing.partial-"]
    assert not list(left[0].rglob(MARKER))
    generate(tmp_path / "landing", "--customers", 3)


# size and progress


# A process of its own in between, because a new process begins with the peak of the one that
# started it, and that of the tests is large.
PEAK = """
import resource, subprocess, sys
subprocess.run([sys.executable, *sys.argv[1:]], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_fifteen_times_the_size_streams_in_little_memory(tmp_path):
    arguments = ["--customers", 15 * 956, "--dirt", "--versions", "0.1", "--arrival"]
    command = [sys.executable, "-c", PEAK, SCRIPT, "--out", tmp_path / "out", *arguments]
    result = subprocess.run([*map(str, command)], capture_output=True, text=True, check=True)
    # kilobytes on Linux, bytes on macOS
    peak = int(result.stdout) * (1 if sys.platform == "darwin" else 1024)
    assert peak < 100 << 20
    assert marker(tmp_path / "out")["rows"]["accelerometer"] > 15 * 81_273
    shutil.rmtree(tmp_path / "out")


def test_the_last_line_tells_the_rows(default, tmp_path):
    out = tmp_path / "landing"
    told = run("--out", out).stdout
    assert told == (
        f"{out}: 13 files; rows: customer 956, accelerometer 81,273, step_trainer 28,680\n"
    )
