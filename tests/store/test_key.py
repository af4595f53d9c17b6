"""The secret key is made once, for an empty data directory, and never replaced by itself."""

import base64
import stat
import threading

import pytest

from operational.settings import Settings
from operational.store.key import KeyRefused, secret_key


@pytest.fixture
def settings(tmp_path):
    return Settings(data=tmp_path / "data")


def test_the_first_start_makes_a_key_for_the_owner_only(settings):
    key = secret_key(settings)
    assert len(key) == 32
    assert settings.key_path.parent == settings.data.parent
    assert stat.S_IMODE(settings.key_path.stat().st_mode) == 0o600
    assert list(settings.key_path.parent.iterdir()) == [settings.key_path]
    settings.data.mkdir()
    (settings.data / "store.sqlite").touch()
    assert secret_key(settings) == key


def test_over_existing_data_a_missing_key_stops_the_start(settings):
    settings.data.mkdir()
    (settings.data / "store.sqlite").touch()
    with pytest.raises(KeyRefused, match=r"its key file .* is missing; put it back"):
        secret_key(settings)
    assert not settings.key_path.exists()


@pytest.mark.parametrize(
    "written",
    ["", "changeme", "CHANGE-ME", "secret", "your secret key", base64.b64encode(bytes(range(31))).decode(),
     base64.b64encode(b"\0" * 32).decode(), "not base64 at all, yet long enough to be one ...", "superset-secret-key"],
)  # fmt: skip
def test_known_and_short_keys_stop_the_start(settings, written):
    settings.key_path.write_text(written)
    with pytest.raises(KeyRefused) as refused:
        secret_key(settings)
    assert str(settings.key_path) in str(refused.value)
    assert settings.key_path.read_text() == written


def test_a_key_of_openssl_is_taken(settings):
    key = bytes(range(190, 222)) + b"\xff\xfe"
    settings.key_path.write_text(base64.b64encode(key).decode() + "\n")
    assert secret_key(settings) == key


def test_two_first_starts_take_the_same_key(settings):
    found, gate = [], threading.Barrier(6)

    def start():
        gate.wait()
        found.append(secret_key(settings))

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found) == 6


def test_another_place_may_be_chosen(tmp_path):
    settings = Settings(data=tmp_path / "data", key_file=tmp_path / "safe" / "key")
    assert secret_key(settings)
    assert (tmp_path / "safe" / "key").is_file()
