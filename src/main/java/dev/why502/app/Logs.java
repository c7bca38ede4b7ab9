package dev.why502.app;

import dev.why502.terminal.SafeText;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.Locale;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The program's own log: standard error, one record a line, whatever the text is that a peer had a
 * part in.
 */
final class Logs {
  private static final Logger ROOT = Logger.getLogger("");
  private static final Logger OWN = Logger.getLogger("dev.why502");

  /** Strong references: a logger that nobody holds forgets its level. */
  private static final Logger[] SILENT = {
    Logger.getLogger("io.vertx.core.net.impl.ConnectionBase"),
    Logger.getLogger("io.vertx.core.net.impl.VertxConnection"),
    Logger.getLogger("io.vertx.core.http.impl"),
    // Vert.x registers one gauge of its own once for each address, which is no news to anybody.
    Logger.getLogger("io.micrometer.core.instrument.MeterRegistry"),
  };

  private Logs() {}

  /** Quiet but for warnings, until {@link #level} says otherwise. */
  static void start() {
    for (Handler handler : ROOT.getHandlers()) {
      ROOT.removeHandler(handler);
    }
    ConsoleHandler handler = new ConsoleHandler();
    handler.setLevel(Level.ALL);
    handler.setFormatter(new OneLine());
    ROOT.addHandler(handler);
    ROOT.setLevel(Level.WARNING);
    OWN.setLevel(Level.WARNING);
    for (Logger logger : SILENT) {
      // Vert.x logs what a broken peer sent, with a stack trace; the observation has it already.
      logger.setLevel(Level.OFF);
    }
  }

  /**
   * Sets how much is told.
   *
   * @param name error, warn, info, debug or trace
   * @return false when the name is none of these
   */
  static boolean level(String name) {
    Level level;
    switch (name.toLowerCase(Locale.ROOT)) {
      case "error" -> level = Level.SEVERE;
      case "warn", "warning" -> level = Level.WARNING;
      case "info" -> level = Level.INFO;
      case "debug" -> level = Level.FINE;
      case "trace" -> level = Level.FINEST;
      default -> {
        return false;
      }
    }
    OWN.setLevel(level);
    return true;
  }

  static Logger own() {
    return OWN;
  }

  static void bug(Throwable bug) {
    OWN.log(Level.SEVERE, "unexpected", bug);
  }

  private static final class OneLine extends Formatter {
    @Override
    public String format(LogRecord entry) {
      String text = formatMessage(entry);
      if (entry.getThrown() != null) {
        StringWriter trace = new StringWriter();
        entry.getThrown().printStackTrace(new PrintWriter(trace, true));
        text += ": " + trace.toString().strip().replaceAll("\\s*\\R\\s*", " | ");
      }
      return Instant.ofEpochMilli(entry.getMillis())
          + " "
          + entry.getLevel().getName().toLowerCase(Locale.ROOT)
          + " "
          + entry.getLoggerName()
          + " "
          + SafeText.line(text)
          + "\n";
    }
  }
}
