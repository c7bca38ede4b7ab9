package dev.why502.gateway.running;

import dev.why502.definition.Gateway.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command line says of a gateway's configuration: nginx(8), haproxy(1), httpd(8), and the
 * help of {@code caddy run}. Pure.
 *
 * @param serves false for a call that only tests, signals or tells
 * @param configs files as they are named, in their order; empty when none is
 * @param directory that relative names are meant from, as it is named, or null: nginx's prefix,
 *     HAProxy's {@code -C}, Apache's server root
 * @param why no file can be told from it, in words, or null
 */
record Invocation(
    boolean serves, List<String> configs, @Nullable String directory, @Nullable String why) {
  private static final String NGINX_TITLE = "nginx: master process ";

  /** Options of nginx and of httpd that take a value, which may stand behind them without blank. */
  private static final String NGINX_VALUES = "pcgse";

  private static final String APACHE_VALUES = "DCcdfek";

  Invocation {
    configs = List.copyOf(configs);
  }

  static Invocation of(Kind kind, List<String> arguments) {
    return switch (kind) {
      case NGINX -> nginx(arguments);
      case HAPROXY -> haproxy(arguments);
      case APACHE -> apache(arguments);
      case CADDY -> caddy(arguments);
      case OTHER -> new Invocation(false, List.of(), null, null);
    };
  }

  /** The title of a master holds the arguments with blanks between them. */
  private static Invocation nginx(List<String> arguments) {
    List<String> words = arguments;
    if (!words.isEmpty() && words.get(0).startsWith("nginx: ")) {
      String title = String.join(" ", words);
      words =
          title.startsWith(NGINX_TITLE)
              ? Arrays.asList(title.substring(NGINX_TITLE.length()).strip().split(" +"))
              : List.of();
    }
    Letters letters = new Letters(words, NGINX_VALUES);
    String config = letters.value('c');
    return new Invocation(
        !letters.any("?hvVtTs"),
        config == null ? List.of() : List.of(config),
        letters.value('p'),
        null);
  }

  private static Invocation haproxy(List<String> arguments) {
    List<String> configs = new ArrayList<>();
    String directory = null;
    boolean serves = true;
    boolean all = false;
    for (int i = 1; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      boolean more = i + 1 < arguments.size();
      if (all) {
        configs.add(argument);
      } else if (argument.equals("--")) {
        all = true;
      } else if (argument.equals("-f") && more) {
        configs.add(arguments.get(++i));
      } else if (argument.equals("-C") && more) {
        directory = arguments.get(++i);
      } else if (argument.equals("-c") || argument.equals("-v") || argument.equals("-vv")) {
        serves = false;
      }
    }
    return new Invocation(serves, configs, directory, null);
  }

  private static Invocation apache(List<String> arguments) {
    Letters letters =
        new Letters(
            arguments.isEmpty() ? arguments : arguments.subList(1, arguments.size()),
            APACHE_VALUES);
    String config = letters.value('f');
    String signal = letters.value('k');
    boolean only =
        letters.any("vVlLtTSMh?")
            || (signal != null && !signal.equals("start") && !signal.equals("restart"));
    return new Invocation(
        !only, config == null ? List.of() : List.of(config), letters.value('d'), null);
  }

  private static Invocation caddy(List<String> arguments) {
    String command = arguments.size() > 1 ? arguments.get(1) : "";
    switch (command) {
      case "run", "start" -> {}
      case "reverse-proxy", "file-server", "respond", "php-server" -> {
        return new Invocation(true, List.of(), null, "it was started without a configuration file");
      }
      default -> {
        return new Invocation(false, List.of(), null, null);
      }
    }
    String config = null;
    for (int i = 2; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      boolean more = i + 1 < arguments.size();
      if (argument.equals("--resume") || argument.equals("-r")) {
        return new Invocation(
            true, List.of(), null, "it was started with what it had saved of its last one");
      }
      if ((argument.equals("--config") || argument.equals("-c")) && more) {
        config = arguments.get(++i);
      } else if (argument.startsWith("--config=") || argument.startsWith("-c=")) {
        config = argument.substring(argument.indexOf('=') + 1);
      }
    }
    if ("-".equals(config)) {
      return new Invocation(true, List.of(), null, "it was given on standard input");
    }
    return new Invocation(true, config == null ? List.of() : List.of(config), null, null);
  }

  /** Options of one letter each, of which several may stand behind one hyphen. */
  private record Letters(List<String> words, String withValue) {
    /** The last value of an option counts, or null. */
    @Nullable String value(char option) {
      String found = null;
      for (int i = 0; i < words.size(); i++) {
        String word = words.get(i);
        int at = valueAt(word);
        if (at < 0) {
          continue;
        }
        boolean attached = at + 1 < word.length();
        String value =
            attached ? word.substring(at + 1) : i + 1 < words.size() ? words.get(++i) : null;
        if (word.charAt(at) == option && value != null) {
          found = value;
        }
      }
      return found;
    }

    boolean any(String options) {
      for (int i = 0; i < words.size(); i++) {
        String word = words.get(i);
        int at = valueAt(word);
        int end = at < 0 ? word.length() : at + 1;
        for (int c = 1; word.startsWith("-") && c < end; c++) {
          if (options.indexOf(word.charAt(c)) >= 0) {
            return true;
          }
        }
        if (at >= 0 && at + 1 == word.length()) {
          i++;
        }
      }
      return false;
    }

    /** Where in a word the option stands that takes a value, or -1. */
    private int valueAt(String word) {
      for (int c = 1; word.startsWith("-") && c < word.length(); c++) {
        if (withValue.indexOf(word.charAt(c)) >= 0) {
          return c;
        }
      }
      return -1;
    }
  }
}
