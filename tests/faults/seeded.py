"""The seeded bugs, and the tests that must fail because of each: a new promise of the box brings its bug here."""

from tests.faults.mutant import Mutant

LINT = "ruff"  # instead of tests: scripts/check catches it before they run
DATABASE = "edge_handsign/store/database.py"
STORE = "tests/test_store.py::"
SHELF, CHANGES, SCAN, LOCK = (f"edge_handsign/store/{name}.py" for name in ("shelf", "changes", "scan", "lock"))
GROUND, TRANSACTION = (f"edge_handsign/store/{name}.py" for name in ("ground", "transaction"))
SYSTEMD, SERVICE, EYE, LOOKOUT = (f"edge_handsign/{name}.py" for name in ("systemd", "service", "eye", "lookout"))
ERRANDS = "tests/test_errands.py::"
ORDERS, SAMPLES = "edge_handsign/store/orders.py", "edge_handsign/reception/samples.py"
BUTTONS, DECIDER = (f"edge_handsign/core/{name}.py" for name in ("buttons", "decider"))
UNIT = "deploy/edge-handsign.service"
STARTS, REBOOT = (f"edge_handsign/core/{name}.py" for name in ("starts", "reboot"))
LOGBOOK, SAFE_MODE, FOOTPRINT = (f"edge_handsign/{name}.py" for name in ("logbook", "safe_mode", "footprint"))
REFUGE, RESCUE = (f"edge_handsign/commands/{name}.py" for name in ("refuge", "rescue"))
SERVER = "edge_handsign/control/server.py"
IN_SAFE_MODE, AT_THE_SOCKET = "tests/test_safe_mode.py::", "tests/test_server.py::"


def bug(name: str, file: str, old: str, new: str, *tests: str) -> Mutant:
    """One that is in one place."""
    return Mutant(name, ((file, old, new),), tests)


MUTANTS = (
    Mutant(
        "acknowledged before it is committed",
        (
            (
                TRANSACTION,
                '        connection.execute("BEGIN IMMEDIATE")\n',
                (
                    '        if connection.in_transaction:\n            connection.execute("COMMIT")\n'
                    '        connection.execute("BEGIN IMMEDIATE")\n'
                ),
            ),
            (TRANSACTION, '            connection.execute("COMMIT")\n        except', "        except"),
        ),
        ("tests/test_faults.py::test_kills_lose_nothing_that_was_acknowledged",),
    ),
    bug(
        "FULL instead of EXTRA",
        DATABASE,
        '("synchronous", "EXTRA", 3)',
        '("synchronous", "FULL", 2)',
        f"{STORE}test_the_settings_that_make_a_commit_durable_are_in_force",
    ),
    bug(
        "a write-ahead log",
        DATABASE,
        '("journal_mode", "DELETE", "delete")',
        '("journal_mode", "WAL", "wal")',
        f"{STORE}test_the_settings_that_make_a_commit_durable_are_in_force",
    ),
    bug(
        "the settings are asked for and not read back",
        DATABASE,
        "    if got != wanted:\n",
        "    if False:\n",
        f"{STORE}test_a_file_that_cannot_have_those_settings_is_refused",
    ),
    bug(
        "no digest check",
        SCAN,
        "return row if row.digest() == digest else None",
        "return row if row.digest() else None",
        f"{STORE}test_one_flipped_bit_in_an_embedding_is_seen",
    ),
    bug(
        "the digest does not cover the sign",
        "edge_handsign/store/row.py",
        "LENGTH.pack(len(name)) + name + ",
        "",
        f"{STORE}test_no_field_of_a_sample_can_change_unnoticed",
    ),
    bug(
        "a file that exists is not a new one",
        GROUND,
        "create = self._create and not self.places.copy.exists()",
        "create = self._create and not self.places.main.exists()",
        f"{STORE}test_an_empty_file_is_a_first_start",
    ),
    bug(
        "a newer file is written all the same",
        DATABASE,
        "owner == APPLICATION_ID and version > VERSION\n",
        "False\n",
        f"{STORE}test_a_newer_versions_file_is_recognised_from_and_not_written",
    ),
    bug(
        "of a newer file nobody looks whether it can be understood",
        GROUND,
        "                    insist_on_first(connection, self.places.main)\n",
        "                    pass\n",
        f"{STORE}test_a_file_that_is_not_ours_is_refused_and_not_written",
    ),
    bug(
        "a damaged page ends the scan",
        SCAN,
        "        yield from _one_by_one(connection, seen)\n",
        "",
        f"{STORE}test_a_page_that_cannot_be_read_does_not_hide_those_behind_it",
    ),
    bug(
        "a page that is reached twice is served twice",
        SCAN,
        "            elif row.id not in seen:\n",
        "            else:\n",
        f"{STORE}test_two_ways_to_one_page_do_not_bring_its_samples_twice",
    ),
    bug(
        "what SQLite cannot put into words ends the start",
        "edge_handsign/store/troubles.py",
        "    except UnicodeDecodeError as error:",
        "    except FloatingPointError as error:",
        f"{STORE}test_a_schema_that_is_no_text_any_more_is_damage",
    ),
    bug(
        "a sample that vanished is not missed",
        SCAN,
        "max(bad, missing, swapped)",
        "bad",
        f"{STORE}test_no_field_of_a_sample_can_change_unnoticed",
    ),
    bug(
        "undo does not count",
        CHANGES,
        "    _settle(connection, Tally.read(connection).minus(raw[DIGEST] for raw in raws), raws)\n",
        "",
        f"{STORE}test_undo_takes_back_one_lesson_and_no_id_comes_twice",
    ),
    bug(
        "ids are given again",
        CHANGES,
        "coalesce((SELECT max(seq) FROM sqlite_sequence), 0)",
        "0",
        f"{STORE}test_undo_takes_back_one_lesson_and_no_id_comes_twice",
    ),
    bug(
        "what failed is not rolled back",
        TRANSACTION,
        'connection.execute("ROLLBACK")',
        'connection.execute("COMMIT")',
        f"{STORE}test_a_bug_in_the_middle_of_a_change_leaves_nothing_of_it",
    ),
    bug(
        "what was forgotten stays in the file",
        DATABASE,
        '("secure_delete", "ON")',
        '("secure_delete", "OFF")',
        f"{STORE}test_a_forgotten_sign_is_gone_from_the_file",
    ),
    bug(
        "what was forgotten stays in the copy",
        SHELF,
        "        self._upkeep.withdraw_copies()\n        self._upkeep.pictures.drop(removed)\n",
        "        self._upkeep.pictures.drop(removed)\n",
        "tests/test_rescue.py::test_forgetting_reaches_every_copy",
    ),
    bug(
        "what was forgotten stays in a draft that nobody finished",
        "edge_handsign/store/copying.py",
        "for copy in (self._places.copy, self._places.draft):",
        "for copy in (self._places.copy,):",
        "tests/test_rescue.py::test_forgetting_reaches_every_copy",
    ),
    bug(
        "samples of another backbone are served",
        "edge_handsign/store/backbone.py",
        "row.fingerprint == mine and len(row.emb) in lengths",
        "len(row.emb) in lengths",
        f"{STORE}test_samples_of_another_backbone_sleep_until_it_is_back",
    ),
    bug(
        "two daemons at once",
        LOCK,
        "fcntl.LOCK_EX | fcntl.LOCK_NB",
        "fcntl.LOCK_SH | fcntl.LOCK_NB",
        f"{STORE}test_a_second_process_is_refused_and_told_who_has_it",
    ),
    bug(
        "the card is filled to the last byte",
        SHELF,
        "            insist_on_room(self._folder, self._keep_free)\n"
        "            with transaction(self._db, self._path):\n                sample_id",
        "            with transaction(self._db, self._path):\n                sample_id",
        f"{STORE}test_teaching_is_refused_before_the_card_is_full",
    ),
    bug("anybody may read what was taught", GROUND, "mode=0o700", "mode=0o755", f"{STORE}test_a_new_box_knows_nothing"),
    bug(
        "the watchdog is fed by the clock, not by frames",
        SERVICE,
        "            self._herald.alive(now)\n            self._seen(now)\n",
        "            self._seen(now)\n        self._herald.alive(now)\n",
        "tests/test_service.py::test_a_loop_that_turns_without_seeing_is_not_alive",
    ),
    bug(
        "another process's watchdog is fed",
        SYSTEMD,
        'if os.environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):',
        "if False:",
        "tests/test_systemd.py::test_no_watchdog_is_fed_that_does_not_watch_us",
    ),
    bug(
        "ready is said again and again",
        SYSTEMD,
        "            self._told_ready = True\n",
        "",
        "tests/test_systemd.py::test_ready_is_news_once",
    ),
    bug(
        "the wall clock in a timeout",
        SERVICE,
        "from time import monotonic, sleep",
        "from time import sleep\nfrom time import time as monotonic",
        LINT,
    ),
    bug(
        "what is shown outlives its picture",
        DECIDER,
        "STALE_S = 0.9",
        "STALE_S = 9.0",
        "tests/test_transcripts.py",
        "tests/test_service.py",
    ),
    bug(
        "contacts bounce",
        BUTTONS,
        "now - self._since < self._debounce_s",
        "now - self._since < 0",
        "tests/test_transcripts.py",
        "tests/test_buttons.py",
    ),
    bug(
        "a button held at boot teaches",
        BUTTONS,
        "            self._locked = level\n        if",
        "            self._locked = False\n        if",
        "tests/test_transcripts.py",
        "tests/test_buttons.py",
    ),
    bug(
        "a sight is seen twice",
        EYE,
        "            shift.fetched = newest\n",
        "",
        "tests/test_service.py::test_only_the_newest_sight_is_kept_and_none_is_seen_twice",
    ),
    bug(
        "what ends the eye is kept to itself",
        LOOKOUT,
        "            self.failure = self.failure or _kept(failure)\n",
        "            del failure\n",
        "tests/test_service.py::test_what_ends_the_eye_is_raised_in_the_main_thread",
    ),
    bug(
        "a camera that hangs is waited for",
        EYE,
        "        elif now - shift.since > self._reopening.patience_s(opening=stage is Stage.OPENING):\n",
        "        elif False:\n",
        "tests/test_eye.py::test_a_camera_that_hangs_is_opened_again_after_three_seconds_by_a_fresh_thread",
    ),
    bug(
        "the camera is blamed while the process itself stood still",
        EYE,
        "            shift.since += stopped_s\n",
        "            pass\n",
        "tests/test_eye.py::test_a_process_that_was_stopped_does_not_blame_the_camera_for_it",
    ),
    bug(
        "a model that will not do ends the box",
        "edge_handsign/commands/choice.py",
        "            return backbone(config, str(ours))",
        "            return backbone(config, name)",
        "tests/test_run.py::test_a_box_whose_model_is_damaged_sees_with_the_one_that_comes_with_the_program_and_says_so",
    ),
    bug(
        "the second look is not of the mirror image",
        "edge_handsign/devices/crop.py",
        "pixels[:, ::-1, channel]",
        "pixels[:, :, channel]",
        "tests/test_tflite.py::test_what_is_seen_in_a_mirror_says_the_same",
    ),
    bug(
        "pictures that come too late to show anything are not told of",
        "edge_handsign/core/pace.py",
        "now - self._before > STALE_S",
        "now - self._before > 10 * STALE_S",
        "tests/test_pace.py::test_pictures_that_come_when_the_one_before_is_too_old_are_told_after_a_while_and_until_the_end",
    ),
    bug(
        "the camera is blamed for the network, and the watchdog fed",
        EYE,
        "return self.fault not in {None, Fault.STALLED}",
        "return self.fault is not None",
        "tests/test_eye.py::test_a_network_that_stalls_is_told_and_the_camera_is_not_blamed",
    ),
    bug(
        "a camera is opened again without end",
        "edge_handsign/core/reopening.py",
        "return self._tries <= TRIES and not hung",
        "return True",
        "tests/test_eye.py::test_memory_that_runs_out_at_the_third_opening_needs_a_new_process",
    ),
    bug(
        "a camera that failed stays in memory, with its pictures",
        LOOKOUT,
        "return failure.with_traceback(None) if isinstance(failure, CameraError) else failure",
        "return failure",
        "tests/test_eye.py::test_of_a_camera_that_is_opened_again_no_picture_stays_in_memory",
    ),
    bug(
        "the log waits for the journal",
        "edge_handsign/courier.py",
        "self._bag.put_nowait(record)",
        "self._bag.put(record)",
        "tests/test_courier.py::test_a_box_whose_stderr_nobody_reads_goes_on",
    ),
    bug(
        "the wall clock in the crash window",
        "edge_handsign/commands/run.py",
        "from time import monotonic",
        "from time import time as monotonic",
        LINT,
    ),
    bug(
        "a crash of an hour ago still counts",
        STARTS,
        "if 0 <= now - at <= patience.within_s]",
        "if at <= now]",
        "tests/test_starts.py",
    ),
    bug("a clock that began anew counts", STARTS, "if 0 <= now - at <=", "if now - at <=", "tests/test_starts.py"),
    bug(
        "an end in order is a crash",
        LOGBOOK,
        "            self._write(self._starts.ended())\n",
        "            pass\n",
        "tests/test_starts.py",
    ),
    bug(
        "every end is one in order",
        LOGBOOK,
        "        if error is None or isinstance(error, PlainError | SystemExit | KeyboardInterrupt):\n",
        "        if True:\n",
        "tests/test_starts.py",
    ),
    bug(
        "a good start does not forgive",
        STARTS,
        "        return replace(self, crashes=(), probation=False)\n",
        "        return self\n",
        "tests/test_starts.py",
    ),
    bug(
        "no probation after safe mode",
        STARTS,
        "running=None, crashes=(), probation=True)",
        "running=None, crashes=())",
        "tests/test_starts.py",
    ),
    bug(
        "safe mode crashes into itself",
        STARTS,
        "            return replace(begun, running=Start.BARE)\n",
        "            return replace(begun, running=Start.SAFE)\n",
        "tests/test_starts.py",
    ),
    bug(
        "a damaged count ends the start",
        STARTS,
        "    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):\n",
        "    except KeyError:\n",
        "tests/test_starts.py",
    ),
    bug(
        "wrong settings end the service",
        REFUGE,
        "        if not logbook.kept:\n            raise\n",
        "        raise\n",
        f"{IN_SAFE_MODE}test_the_box_with_wrong_settings_blinks_until_they_are_mended",
    ),
    bug(
        "safe mode starves the watchdog",
        SAFE_MODE,
        "        self._herald.alive(now)\n",
        "",
        f"{IN_SAFE_MODE}test_it_is_ready_and_alive_as_long_as_it_turns",
    ),
    bug(
        "safe mode is for ever",
        SAFE_MODE,
        "self._asked_to_end or over or self._mended(now)",
        "self._asked_to_end or self._mended(now)",
        f"{IN_SAFE_MODE}test_it_is_over_after_its_time_or_when_told_or_when_mended",
    ),
    bug(
        "it reboots again and again",
        REBOOT,
        "    if case.before and case.up_s < PAUSE_S:\n",
        "    if False:\n",
        f"{IN_SAFE_MODE}test_over_many_boots_no_two_rescues_are_less_than_an_hour_apart",
    ),
    bug(
        "a reboot is not remembered",
        RESCUE,
        "        _remember(stamp)\n",
        "",
        f"{IN_SAFE_MODE}test_over_many_boots_no_two_rescues_are_less_than_an_hour_apart",
    ),
    bug(
        "what was killed leaves its LEDs on",
        UNIT,
        "ExecStopPost=-/opt",
        "ExecStopPost=-/bin/true /opt",
        "tests/test_deploy.py",
    ),
    bug(
        "crashes are forgotten with each restart",
        UNIT,
        "RuntimeDirectoryPreserve=restart\n",
        "",
        "tests/test_deploy.py",
    ),
    bug("what sees has a network", UNIT, "PrivateNetwork=yes\n", "", "tests/test_deploy.py"),
    bug(
        "a leak grows until it is killed",
        FOOTPRINT,
        "        return self.held > (MOST if idle else AT_ONCE)\n",
        "        return False\n",
        "tests/test_footprint.py",
    ),
    bug(
        "an errand goes on with what it read before a change",
        "edge_handsign/store/upkeep.py",
        "        self.errands.interrupt()\n        try:\n            self.insist",
        "        try:\n            self.insist",
        f"{ERRANDS}test_a_rename_that_is_interrupted_has_not_happened_and_then_has",
    ),
    bug(
        "the old name of a sign stays in the copy",
        ORDERS,
        "            self._upkeep.withdraw_copies()\n",
        "",
        "tests/test_rescue.py::test_a_renamed_sign_keeps_its_samples_and_its_old_name_is_gone",
    ),
    bug(
        "two lessons have one number",
        "edge_handsign/core/teaching.py",
        "        self._last_lesson += lessons\n        return self._last_lesson - lessons + 1\n",
        "        return self._last_lesson + 1\n",
        f"{ERRANDS}test_numbers_of_lessons_that_come_in_are_never_given_to_a_press",
    ),
    bug(
        "what came in is known after a restart only",
        SAMPLES,
        "            self._session.school.receive(lot)\n",
        "            pass\n",
        f"{ERRANDS}test_what_comes_in_is_numbered_behind_what_was_taught_here",
    ),
    bug(
        "a new name is known after a restart only",
        SAMPLES,
        "        self._session.school.renamed(asking.request.sign, asking.request.name, now)\n",
        "",
        f"{ERRANDS}test_the_verbs_of_samples_while_the_box_runs",
    ),
    bug(
        "an import that nobody waits for any more is done",
        SAMPLES,
        "            elif not one.asking.caller.closed:\n",
        "            elif True:\n",
        f"{ERRANDS}test_who_vanishes_in_the_middle_takes_the_import_back",
    ),
    bug(
        "a file is believed that its sender can still change",
        "edge_handsign/control/sealed.py",
        "    if seals & SEALS != SEALS:\n",
        "    if False:\n",
        f"{ERRANDS}test_a_descriptor_of_anything_else_is_refused_and_let_go",
    ),
    bug(
        "descriptors pile up",
        "edge_handsign/control/caller.py",
        "            self._put_down()\n            self._file = file\n",
        "            self._file = file\n",
        f"{ERRANDS}test_descriptors_that_nobody_asked_for_are_let_go",
    ),
    bug(
        "a flood is answered as fast as it comes",
        SERVER,
        "                self._hears_at = now + GAP_S\n",
        "",
        f"{AT_THE_SOCKET}test_all_together_are_heard_so_often_and_each_in_turn",
    ),
    bug(
        "whoever came first is always heard first",
        SERVER,
        "                self._callers = [*(other for other in self._callers if other is not caller), caller]\n",
        "",
        f"{AT_THE_SOCKET}test_all_together_are_heard_so_often_and_each_in_turn",
    ),
    bug(
        "of a file from outside, what can be read is taken",
        "edge_handsign/store/unpacking.py",
        'digest.hexdigest() == self._told["blake2b"]',
        "True",
        "tests/test_parcel.py::test_a_file_with_anything_wrong_in_it_is_refused_as_a_whole",
    ),
    bug("systemd gives up", UNIT, "StartLimitIntervalSec=0", "StartLimitIntervalSec=10", "tests/test_deploy.py"),
)

CONTROLS = (  # what a power cut must be seen to harm
    Mutant(
        "SQLite's defaults",
        (
            (DATABASE, '("synchronous", "EXTRA", 3)', '("synchronous", "FULL", 2)'),
            (DATABASE, '    ("locking_mode", "EXCLUSIVE"),\n', ""),
            (DATABASE, '("locking_mode", "EXCLUSIVE", "exclusive")', '("locking_mode", "NORMAL", "normal")'),
        ),
    ),
    Mutant("synchronous=OFF", ((DATABASE, '("synchronous", "EXTRA", 3)', '("synchronous", "OFF", 0)'),)),
)
