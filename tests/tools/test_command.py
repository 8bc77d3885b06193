"""The helper that runs commands."""

import sys

from tools import command


def test_a_command_is_given_its_input_and_nothing_but_its_environment(tmp_path):
    program = "import os, sys; print(sys.stdin.read(), os.getcwd(), os.environ['WORD']); sys.exit('why')"

    ended = command.run([sys.executable, "-c", program], env={"WORD": "said"}, cwd=tmp_path, given="given")

    assert (ended.stdout, ended.stderr, ended.returncode) == (f"given {tmp_path} said\n", "why\n", 1)


def test_a_word_that_a_shell_would_expand_stays_as_it_is():
    assert command.run([sys.executable, "-c", "import sys; print(sys.argv[1])", "$HOME; *"]).stdout == "$HOME; *\n"


def test_a_command_without_input_does_not_wait_for_any():
    assert command.run([sys.executable, "-c", "import sys; print(sys.stdin.read())"]).stdout == "\n"
