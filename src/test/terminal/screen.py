"""Runs a command on a terminal of its own and keeps what it shows: as text, or as a picture (SVG).

    screen.py [--size COLUMNSxROWS] [--seconds N] [--keep LINES] [--drop LINE] [--out FILE.svg] [--title TEXT] -- COMMAND...

Without --out it prints the lines as they stood on the screen at the end, scrolled ones included. --seconds ends the
command with Ctrl-C after that time. Of the sequences that programs send to terminals it knows those that why502 uses;
anything else is an error, so that the picture is what a terminal would show.
"""

import argparse
import fcntl
import html
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
import unicodedata

SEQUENCE = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])")
PLAIN = ()
INKS = {"1": "b", "2": "f", "31": "red", "32": "green", "33": "yellow", "35": "magenta", "36": "cyan"}


def columns_of(character):
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


class Screen:
    """Lines of cells; a cell is a character (with what combines with it) and its ink, or None behind a wide one."""

    def __init__(self, columns):
        self.columns = columns
        self.lines = [[]]
        self.row = self.column = 0
        self.ink = PLAIN

    def feed(self, text):
        at = 0
        while at < len(text):
            character = text[at]
            if character == "\x1b":
                found = SEQUENCE.match(text, at)
                if not found:
                    raise SystemExit("no sequence that is known: %r" % text[at : at + 12])
                self.control(found.group(1), found.group(2))
                at = found.end()
                continue
            at += 1
            if character == "\n":
                self.row += 1
                if self.row == len(self.lines):
                    self.lines.append([])
            elif character == "\r":
                self.column = 0
            elif ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0:
                raise SystemExit("a control character on the screen: %r" % character)
            else:
                self.put(character)

    def control(self, parameters, final):
        if final == "m":
            for one in parameters.split(";"):
                self.ink = PLAIN if one in ("", "0") else self.ink + (INKS[one],)
        elif final == "A":
            self.row = max(0, self.row - int(parameters or 1))
        elif final == "J" and parameters in ("", "0"):
            del self.lines[self.row + 1 :]
            del self.lines[self.row][self.column :]
        else:
            raise SystemExit("a sequence that is not known: %s%s" % (parameters, final))

    def put(self, character):
        wide = columns_of(character)
        if wide == 0:
            line = self.lines[self.row]
            if self.column:
                line[self.column - 1] = (line[self.column - 1][0] + character, line[self.column - 1][1])
            return
        if self.column + wide > self.columns:
            self.column = 0
            self.feed("\n")
        line = self.lines[self.row]
        line.extend([(" ", PLAIN)] * (self.column + wide - len(line)))
        line[self.column] = (character, self.ink)
        if wide == 2:
            line[self.column + 1] = None
        self.column += wide

    def text(self):
        return [plain(line) for line in self.lines]


def plain(line):
    return "".join(cell[0] for cell in line if cell).rstrip()


def run(command, columns, rows, seconds, environment):
    """Returns the screen and the status. Standard error is the same terminal, as for people."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(environment)
        os.execvp(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    screen = Screen(columns)
    pending = b""
    end = time.monotonic() + seconds if seconds else None
    interrupted = False
    while True:
        wait = 60 if end is None else max(0.0, end - time.monotonic())
        ready, _, _ = select.select([terminal], [], [], wait)
        if not ready:
            if interrupted or end is None:
                os.kill(child, signal.SIGKILL)
                break
            os.write(terminal, b"\x03")
            interrupted, end = True, time.monotonic() + 10
            continue
        try:
            some = os.read(terminal, 65536)
        except OSError:
            break
        if not some:
            break
        pending += some
        cut = len(pending)
        # A character or a sequence may have been cut in two.
        while cut and pending[cut - 1] & 0xC0 == 0x80:
            cut -= 1
        whole = pending if cut == 0 or len(pending) - cut + 1 >= length(pending[cut - 1]) else pending[: cut - 1]
        escape = whole.rfind(b"\x1b")
        if escape >= 0 and not re.search(rb"\x1b\[[0-9;?]*[A-Za-z]", whole[escape:]):
            whole = whole[:escape]
        pending = pending[len(whole) :]
        screen.feed(whole.decode())
    _, status = os.waitpid(child, 0)
    return screen, os.waitstatus_to_exitcode(status)


def length(first):
    return 1 if first < 0x80 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4


# ---- the picture ----

CELL, LINE, EDGE, BAR = 8.4, 19.0, 18.0, 34.0
STYLE = """
  .term { font: 14px/19px ui-monospace, 'DejaVu Sans Mono', 'Liberation Mono', Menlo, Consolas, monospace; fill: #d6dbe1; white-space: pre }
  .b { font-weight: 700; fill: #ffffff } .f { fill: #8b98a8 }
  .red { fill: #ff7b72 } .green { fill: #56d364 } .yellow { fill: #e3b341 } .magenta { fill: #d2a8ff } .cyan { fill: #76d9e6 }
"""


def svg(lines, columns, title):
    width = columns * CELL + 2 * EDGE
    height = BAR + len(lines) * LINE + EDGE
    out = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" width="%g" height="%g" role="img">' % (width, height, width, height),
        "<title>%s</title>" % html.escape(title),
        "<style>%s</style>" % STYLE,
        '<rect width="100%" height="100%" rx="9" fill="#161b22"/>',
    ]
    out += ['<circle cx="%d" cy="17" r="5.5" fill="%s"/>' % (20 + 19 * i, ink) for i, ink in enumerate(("#f0655a", "#e3b341", "#4fb75c"))]
    out.append('<g class="term" xml:space="preserve">')
    for row, line in enumerate(lines):
        baseline = BAR + row * LINE + 14
        column = 0
        while column < len(line):
            if line[column] is None:
                column += 1
                continue
            ink, start, text = line[column][1], column, ""
            while column < len(line) and (line[column] is None or line[column][1] == ink):
                text += line[column][0] if line[column] else ""
                column += 1
            # Blanks are where nothing is drawn: a picture takes several of them as one.
            place = start
            for part in re.split(r"(  +)", text):
                taken = sum(map(columns_of, part))
                lead = len(part) - len(part.lstrip(" "))
                tail = len(part) - len(part.rstrip(" "))
                if part.strip():
                    # The length holds the columns whatever font there is.
                    out.append(
                        '<text x="%.1f" y="%g" textLength="%.1f" lengthAdjust="spacingAndGlyphs"%s>%s</text>'
                        % (
                            EDGE + (place + lead) * CELL,
                            baseline,
                            (taken - lead - tail) * CELL,
                            ' class="%s"' % " ".join(ink) if ink else "",
                            html.escape(part.strip(" "), quote=False),
                        )
                    )
                place += taken
    out.append("</g></svg>")
    return "\n".join(out) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", default="100x30")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--keep", help="lines of the screen, such as 1-20")
    parser.add_argument("--out")
    parser.add_argument("--title", default="why502 in a terminal")
    parser.add_argument("--drop", action="append", default=[], help="a line that is left out, such as ^C")
    parser.add_argument("--env", action="append", default=[])
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    columns, rows = map(int, options.size.split("x"))
    environment = {"TERM": "xterm-256color", "NO_COLOR": "", "LC_ALL": "C.UTF-8"}
    environment.update(one.split("=", 1) for one in options.env)
    screen, status = run(options.command, columns, rows, options.seconds, environment)
    lines = [line for line, text in zip(screen.lines, screen.text()) if text not in options.drop]
    first, last = map(int, options.keep.split("-")) if options.keep else (1, len(lines))
    lines = lines[first - 1 : last]
    while lines and not lines[-1]:
        lines.pop()
    if options.out:
        with open(options.out, "w", encoding="utf-8") as file:
            file.write(svg(lines, columns, options.title))
    else:
        print("\n".join(map(plain, lines)))
    return status


if __name__ == "__main__":
    sys.exit(main())
