"""Who may log in, by which password or token, and how often somebody may try."""

import datetime
import statistics
import threading
import time

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from operational.crud.access import actor_of, visible_units
from operational.entity import entity
from operational.store import passwords, users
from operational.store.access_log import access_events
from operational.store.login_trials import AT_ONCE, LoginThrottled
from operational.store.passwords import PasswordRefused, check_rules
from operational.store.users import UserRefused, add_user, check_password, set_password

GOOD = "correct horse battery"


@pytest.fixture
def company(store):
    """A store with the root unit and one person."""
    with store.writing("ann") as session:
        unit = entity("org_unit")(code="HQ", name="总部", kind="head_office")
        session.add(unit)
        session.flush()
        session.add(entity("org_unit")(code="SH", name="上海", kind="branch", parent_id=unit.id))
        session.add(entity("person")(code="P1", name="王", org_unit_id=unit.id))
    return store


def test_the_first_administrator_gets_a_one_time_password_once(store):
    password = users.first_administrator(store)
    assert users.first_administrator(store) is None
    found = check_password(store, "admin", password)
    assert (found.login, found.role, found.must_change) == ("admin", "admin", True)


def test_no_two_one_time_passwords_are_alike():
    assert len({passwords.one_time_password() for _ in range(100)}) == 100


@pytest.mark.usefixtures("cheap_hashes")
def test_a_login_knows_its_place_and_person(company):
    add_user(company, "li", role="sales", org_unit="SH", person="P1", password=GOOD)
    add_user(company, "he", role="analyst", password=GOOD)
    li, he = users.list_users(company)[::-1]
    assert (li.login, li.role, li.org_unit, li.person, li.must_change) == ("li", "sales", "SH", "P1", False)
    assert (he.org_unit, he.person, he.language, he.theme) == ("HQ", None, "zh", "auto")


@pytest.mark.usefixtures("cheap_hashes")
def test_who_is_from_outside_belongs_nowhere_before_a_unit_is_named(company):
    add_user(company, "li", role="dealer", password=GOOD)
    (li,) = users.list_users(company)
    assert li.org_unit is None
    with company.reading() as session:
        assert visible_units(session, actor_of(session, "li")) == ()


@pytest.mark.usefixtures("cheap_hashes")
@pytest.mark.parametrize(
    ("login", "more", "said"),
    [
        ("x", {"role": "king"}, "no role king"),
        ("x", {"role": "sales", "org_unit": "MARS"}, "no organisation unit with the code MARS"),
        ("x", {"role": "sales", "person": "P9"}, "no person with the code P9"),
        (" x", {"role": "sales"}, "no space"),
        ("LI", {"role": "sales"}, "exists already"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(company, login, more, said):
    add_user(company, "li", role="sales")
    with pytest.raises(UserRefused, match=said):
        add_user(company, login, **more)
    assert len(users.list_users(company)) == 1


@pytest.mark.parametrize(
    "password",
    ["", "short", "a" * 129, "password", "PASSWORD1", "qwertyuiop", "yingke-yingke", "盈客12345678", "Li-li-li-li-98",
     "20260101", "5201314520", "aaaaaaaaaaaa", "abababababab"],
)  # fmt: skip
def test_weak_passwords_are_refused(password):
    with pytest.raises(PasswordRefused) as refused:
        check_rules(password, "li")
    assert refused.value.message.zh.endswith("。")


@pytest.mark.usefixtures("cheap_hashes")
@pytest.mark.parametrize(
    "password", [GOOD, "g7!kPm2x", "密码也可以是中文的", "x" * 60 + "yzab", "  spaces are kept  "]
)
def test_long_or_odd_passwords_are_taken(sqlite_store, password):
    add_user(sqlite_store, "li", role="sales", password=password)
    assert check_password(sqlite_store, "li", password)
    assert not check_password(sqlite_store, "li", password.strip() + "x")


def test_only_an_argon2id_hash_is_kept(sqlite_store):
    add_user(sqlite_store, "li", role="sales", password=GOOD)
    with sqlite_store.reading() as session:
        kept = session.execute(text("SELECT password_hash FROM login")).scalar_one()
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert GOOD.encode() not in (sqlite_store.settings.data / "store.sqlite").read_bytes()


@pytest.mark.usefixtures("cheap_hashes")
def test_wrong_unknown_and_disabled_are_told_alike(store):
    add_user(store, "ann", role="admin", password=GOOD)
    add_user(store, "li", role="sales", password=GOOD)
    users.change_user(store, "li", disabled=True)
    assert check_password(store, "ann", "wrong password") is None
    assert check_password(store, "nobody", GOOD) is None
    assert check_password(store, "li", GOOD) is None
    with store.reading() as session:
        events = [(one.actor, one.event) for one in access_events(session, limit=3)]
    assert events == [("li", "login refused"), ("nobody", "login refused"), ("ann", "login refused")]


def test_nobody_of_that_name_takes_as_long_as_a_wrong_password(sqlite_store):
    add_user(sqlite_store, "li", role="sales", password=GOOD)
    kept = {"li": [], "nobody": []}
    passwords.matches(None, "warm up")
    for turn in range(AT_ONCE):
        for name, times in kept.items():
            started = time.process_time()
            check_password(sqlite_store, name, f"wrong password {turn}")
            times.append(time.process_time() - started)
    known, unknown = statistics.median(kept["li"]), statistics.median(kept["nobody"])
    assert 0.5 < unknown / known < 2  # without a hash it is a hundredth


@pytest.fixture
def cheap_hashes(monkeypatch):
    """The same hashing with less work, for tests that count and do not measure."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)
    passwords._nobodys_hash.cache_clear()
    yield
    passwords._nobodys_hash.cache_clear()


def refusals(store):
    """How many passwords were looked at and found wrong."""
    with store.reading() as session:
        return sum(one.event == "login refused" for one in access_events(session, limit=1000))


def seconds_to_wait(store, login, password):
    """Try a password; the seconds until the next trial where none is left, else 0."""
    try:
        check_password(store, login, password)
    except LoginThrottled as throttled:
        return throttled.seconds
    return 0


@pytest.mark.usefixtures("cheap_hashes")
def test_at_most_twenty_trials_in_a_quarter_of_an_hour_and_no_lock_out(store, time_machine):
    add_user(store, "li", role="sales", password=GOOD)
    start = datetime.datetime(2026, 11, 2, 9, tzinfo=datetime.UTC)
    waits = []
    for second in range(0, 15 * 60, 10):
        time_machine.move_to(start + datetime.timedelta(seconds=second), tick=False)
        waits += [
            seconds_to_wait(store, name, "wrong") for name in ("li", "LI ")
        ]  # one account, however written
    assert 15 <= refusals(store) <= 20
    assert max(waits) == 60
    time_machine.move_to(start + datetime.timedelta(minutes=16), tick=False)
    assert check_password(store, "li", GOOD)


@pytest.mark.usefixtures("cheap_hashes")
def test_right_passwords_cost_no_trial_and_other_logins_none(store):
    add_user(store, "li", role="sales", password=GOOD)
    add_user(store, "he", role="sales", password=GOOD)
    for _ in range(3 * AT_ONCE):
        assert check_password(store, "li", GOOD)
    for _ in range(AT_ONCE):
        check_password(store, "li", "wrong")
    with pytest.raises(LoginThrottled):
        check_password(store, "li", GOOD)
    assert check_password(store, "he", GOOD)


@pytest.mark.usefixtures("cheap_hashes")
def test_parallel_guesses_get_no_more_trials(store):
    add_user(store, "li", role="sales", password=GOOD)
    threads = [threading.Thread(target=seconds_to_wait, args=(store, "li", "wrong")) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refusals(store) == AT_ONCE


def test_no_more_than_four_hashes_are_made_at_once(monkeypatch):
    now, most, lock = [0], [0], threading.Lock()

    class Counted(PasswordHasher):
        def verify(self, kept, given):
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            time.sleep(0.02)
            with lock:
                now[0] -= 1
            return super().verify(kept, given)

    hasher = Counted(time_cost=1, memory_cost=8, parallelism=1)
    kept = hasher.hash(GOOD)
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)
    threads = [threading.Thread(target=passwords.matches, args=(kept, GOOD)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == passwords.AT_ONCE


@pytest.mark.usefixtures("cheap_hashes")
def test_a_new_password_role_or_closing_ends_sessions(store):
    add_user(store, "ann", role="admin", password=GOOD)
    add_user(store, "li", role="sales", password=GOOD)
    changes = (
        lambda: set_password(store, "li", GOOD + "2"),
        lambda: users.change_user(store, "li", role="finance"),
        lambda: users.end_sessions(store, "li"),
        lambda: users.change_user(store, "li", disabled=True),
    )
    for change in changes:
        with store.reading() as session:
            epoch = users.find_login(session, "li").session_epoch
            assert users.login_of_session(session, "li", epoch)
        change()
        with store.reading() as session:
            assert users.login_of_session(session, "li", epoch) is None


@pytest.mark.usefixtures("cheap_hashes")
def test_a_given_password_need_not_be_changed_a_made_one_must(store):
    add_user(store, "li", role="sales", password=GOOD)
    made = set_password(store, "li")
    assert check_password(store, "li", made).must_change
    set_password(store, "li", GOOD + "!")
    assert not check_password(store, "li", GOOD + "!").must_change
    assert check_password(store, "li", made) is None
    with pytest.raises(UserRefused, match="no login he"):
        set_password(store, "he", GOOD)


@pytest.mark.usefixtures("cheap_hashes")
def test_the_last_administrator_stays(store):
    users.first_administrator(store)
    for change in ({"disabled": True}, {"role": "sales"}):
        with pytest.raises(UserRefused, match="another administrator"):
            users.change_user(store, "admin", **change)
    add_user(store, "ann", role="admin")
    users.change_user(store, "admin", role="sales")


@pytest.mark.usefixtures("cheap_hashes")
def test_a_token_opens_until_it_is_revoked_or_the_login_closed(store):
    add_user(store, "ann", role="admin", password=GOOD)
    add_user(store, "li", role="sales", password=GOOD)
    first, second = users.new_token(store, "li"), users.new_token(store, "li")
    with store.reading() as session:
        assert (
            users.login_of_token(session, first).login == users.login_of_token(session, second).login == "li"
        )
        assert users.login_of_token(session, first + "x") is None
        kept = session.execute(text("SELECT digest FROM token")).scalars().all()
    assert first not in kept
    users.change_user(store, "li", disabled=True)
    with store.reading() as session:
        assert users.login_of_token(session, first) is None
    users.change_user(store, "li", disabled=False)
    assert users.revoke_tokens(store, "li") == 2
    with store.reading() as session:
        assert users.login_of_token(session, second) is None


@pytest.mark.usefixtures("cheap_hashes")
def test_preferences_are_kept(store):
    add_user(store, "li", role="sales", password=GOOD)
    users.set_preference(store, "li", "theme", "dark")
    users.set_preference(store, "li", "language", "en")
    with store.reading() as session:
        found = users.find_login(session, "li")
    assert (found.theme, found.language) == ("dark", "en")
    with pytest.raises(ValueError, match="no preference"):
        users.set_preference(store, "li", "role", "admin")


@pytest.mark.usefixtures("cheap_hashes")
def test_access_is_written_down_without_secrets(store):
    password = users.first_administrator(store)
    token = users.new_token(store, "admin", by="ann")
    set_password(store, "admin", GOOD, by="ann")
    with store.reading() as session:
        events = access_events(session)
    assert [one.event for one in events] == ["password set", "token made", "user added"]
    said = " ".join(one.detail for one in events)
    assert not any(secret in said for secret in (password, token, GOOD))
