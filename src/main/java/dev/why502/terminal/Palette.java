package dev.why502.terminal;

/** The few colours of the terminal, or none. Of the eight basic ones, so that any theme fits. */
enum Palette {
  PLAIN(false),
  ANSI(true);

  /** Select Graphic Rendition parameters of ECMA-48, 8.3.117. */
  enum Ink {
    DOWN("1;31"),
    DEGRADED("1;33"),
    UNKNOWN("1;35"),
    UP("32"),
    STRONG("1"),
    FAINT("2"),
    COMMAND("36");

    private final String parameters;

    Ink(String parameters) {
      this.parameters = parameters;
    }
  }

  private final boolean coloured;

  Palette(boolean coloured) {
    this.coloured = coloured;
  }

  static Palette of(boolean coloured) {
    return coloured ? ANSI : PLAIN;
  }

  /** The text in this ink. The text must be safe already. */
  String ink(Ink ink, String text) {
    return coloured && !text.isEmpty()
        ? "\u001b[" + ink.parameters + "m" + text + "\u001b[0m"
        : text;
  }
}
