package dev.why502.host;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@code pm2 jlist} prints, or its dump file. Both hold the whole environment of every
 * process, passwords included: of that only a port's variable ({@link PortArguments#VARIABLES}) is
 * read, and the rest is skipped in the stream.
 */
final class Pm2List {
  static final int MAX_ENTRIES = 10_000;

  /** Lines before the list that begin like one: "[PM2] Spawning PM2 daemon ...". */
  private static final int MAX_TRIES = 64;

  private static final int MAX_TEXT = 4096;
  private static final int MAX_STATUS = 64;
  private static final JsonFactory JSON = new JsonFactory();

  private Pm2List() {}

  /**
   * One process of the list; numbers are -1 where the list does not tell them.
   *
   * @param unstable restarts that came too soon after a start
   * @param startedMillis start, in ms since 1970
   */
  record Entry(
      String name,
      int pid,
      @Nullable String status,
      int restarts,
      int unstable,
      long startedMillis,
      @Nullable Integer exitCode,
      Set<Integer> ports,
      @Nullable String directory,
      @Nullable String errorLog) {}

  /** The entries, or null when there is no list in the output. */
  static @Nullable List<Entry> parse(byte[] output) {
    int tries = 0;
    for (int i = 0; i < output.length && tries < MAX_TRIES; i++) {
      boolean lineStart = i == 0 || output[i - 1] == '\n' || output[i - 1] == '\r';
      // A coloured banner may end without a line end of its own: "\x1b[0m[{".
      boolean afterColour = i > 0 && output[i - 1] == 'm' && i + 1 < output.length;
      if (output[i] == '[' && (lineStart || afterColour)) {
        tries++;
        List<Entry> entries = parseAt(output, i);
        if (entries != null) {
          return entries;
        }
      }
    }
    return null;
  }

  private static @Nullable List<Entry> parseAt(byte[] output, int from) {
    List<Entry> entries = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(output, from, output.length - from)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        return null;
      }
      JsonToken token = parser.nextToken();
      while (token == JsonToken.START_OBJECT && entries.size() < MAX_ENTRIES) {
        Draft draft = new Draft();
        draft.read(parser, 0);
        Entry entry = draft.entry();
        if (entry != null) {
          entries.add(entry);
        }
        token = parser.nextToken();
      }
      return token == JsonToken.END_ARRAY || entries.size() == MAX_ENTRIES ? entries : null;
    } catch (IOException notJson) {
      // Its message would quote the text: it goes no further.
      return null;
    }
  }

  private static final class Draft {
    private @Nullable String name;
    private @Nullable String status;
    private @Nullable String directory;
    private @Nullable String errorLog;
    private @Nullable Integer exitCode;
    private int pid;
    private int restarts = -1;
    private int unstable = -1;
    private long startedMillis = -1;
    private final Set<Integer> ports = new LinkedHashSet<>();
    private final Set<Integer> argumentPorts = new LinkedHashSet<>();

    /** Depth 0 is the entry, 1 its pm2_env, 2 the env in that. */
    void read(JsonParser parser, int depth) throws IOException {
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value == JsonToken.START_OBJECT
            && ((field.equals("pm2_env") && depth == 0) || (field.equals("env") && depth < 2))) {
          read(parser, field.equals("env") ? 2 : 1);
        } else if (PortArguments.VARIABLES.contains(field)) {
          Integer port = PortArguments.port(text(parser, value));
          if (port != null) {
            ports.add(port);
          }
        } else if (depth == 2) {
          parser.skipChildren();
        } else {
          field(parser, field, value);
        }
      }
    }

    private void field(JsonParser parser, String field, JsonToken value) throws IOException {
      switch (field) {
        case "name" -> name = name == null ? text(parser, value) : name;
        case "status" -> {
          String word = text(parser, value);
          status = word.length() > MAX_STATUS ? word.substring(0, MAX_STATUS) : word;
        }
        case "pm_cwd" -> directory = text(parser, value);
        case "pm_err_log_path" -> errorLog = text(parser, value);
        case "pid" -> pid = (int) number(parser, value, 0);
        case "restart_time" -> restarts = (int) number(parser, value, -1);
        case "unstable_restarts" -> unstable = (int) number(parser, value, -1);
        case "pm_uptime" -> startedMillis = number(parser, value, -1);
        case "exit_code" ->
            exitCode = value == JsonToken.VALUE_NUMBER_INT ? (int) number(parser, value, 0) : null;
        case "args" -> argumentPorts.addAll(PortArguments.of(arguments(parser, value)));
        default -> parser.skipChildren();
      }
    }

    private static List<String> arguments(JsonParser parser, JsonToken value) throws IOException {
      if (value == JsonToken.START_ARRAY) {
        List<String> arguments = new ArrayList<>();
        JsonToken element = parser.nextToken();
        while (element != JsonToken.END_ARRAY) {
          arguments.add(text(parser, element));
          element = parser.nextToken();
        }
        return arguments;
      }
      return List.of(text(parser, value).trim().split("\\s+"));
    }

    /** A scalar's text; empty for anything else. */
    private static String text(JsonParser parser, JsonToken value) throws IOException {
      if (!value.isScalarValue() || value == JsonToken.VALUE_NULL) {
        parser.skipChildren();
        return "";
      }
      String text = parser.getText();
      return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
    }

    private static long number(JsonParser parser, JsonToken value, long otherwise)
        throws IOException {
      try {
        return Long.parseLong(text(parser, value));
      } catch (NumberFormatException notOne) {
        return otherwise;
      }
    }

    @Nullable Entry entry() {
      if (name == null) {
        return null;
      }
      Set<Integer> told = new LinkedHashSet<>(argumentPorts);
      told.addAll(ports);
      return new Entry(
          name,
          pid,
          status == null || status.isEmpty() ? null : status,
          restarts,
          unstable,
          startedMillis,
          exitCode,
          told,
          directory == null || directory.isEmpty() ? null : directory,
          errorLog == null || errorLog.isEmpty() ? null : errorLog);
    }
  }
}
