package dev.why502.terminal;

import dev.why502.diagnosis.State;
import java.util.Locale;

/** The few colours of the terminal, or none. Of the eight basic ones, so that any theme fits. */
public enum Palette {
  PLAIN(false),
  ANSI(true);

  /** Select Graphic Rendition parameters of ECMA-48, 8.3.117. */
  public enum Ink {
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

  public static Palette of(boolean coloured) {
    return coloured ? ANSI : PLAIN;
  }

  /** The text in this ink. The text must be safe already. */
  public String ink(Ink ink, String text) {
    return coloured && !text.isEmpty()
        ? "\u001b[" + ink.parameters + "m" + text + "\u001b[0m"
        : text;
  }

  /** A sign and the word of a state, in its ink; without colours the sign tells it too. */
  public String mark(State state) {
    return mark(state, state.name().toLowerCase(Locale.ROOT));
  }

  /** The same with the word in another language. */
  public String mark(State state, String word) {
    String sign =
        switch (state) {
          case UP -> "✓";
          case DEGRADED -> "!";
          case DOWN -> "✗";
          case UNKNOWN -> "?";
        };
    return ink(ink(state), sign + " " + word);
  }

  public static Ink ink(State state) {
    return switch (state) {
      case UP -> Ink.UP;
      case DEGRADED -> Ink.DEGRADED;
      case DOWN -> Ink.DOWN;
      case UNKNOWN -> Ink.UNKNOWN;
    };
  }
}
