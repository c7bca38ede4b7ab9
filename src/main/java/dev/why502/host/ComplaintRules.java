package dev.why502.host;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.why502.evidence.ServiceLog.About;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What services say when they cannot start or die: the words of Node.js, Next.js, Prisma, Python,
 * Go, Java, Spring, Ruby, PHP and their libraries. One line is one complaint; the first rule that
 * fits wins, so the more telling ones stand first.
 */
final class ComplaintRules {
  static final int MAX_SUBJECT_CHARACTERS = 256;

  /**
   * What a line complains of.
   *
   * @param starts whether a report begins with it
   */
  record Match(About about, @Nullable String subject, boolean starts) {}

  /**
   * One rule.
   *
   * @param literal a line without it (in lower case) is not searched at all
   * @param pattern its first group that took part is the subject
   */
  private record Rule(About about, String literal, Pattern pattern) {}

  private static final String NAME = "[A-Z][A-Z0-9_]{2,}";
  private static final String LONG_NAME = "[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+";
  private static final String QUOTE = "[\"'`]?";
  private static final String HOST_PORT = "(\\[?[A-Za-z0-9._:%-]+\\]?:\\d{1,5}|[A-Za-z0-9._/-]+)";

  /** Folders that hold what a build makes. */
  private static final String BUILT =
      "(?:\\.next|\\.nuxt|\\.output|\\.svelte-kit|dist|build|out|target)";

  /** Said of a variable that the service does without, or of a name in its own code. */
  private static final Pattern MILD =
      Pattern.compile(
          "(?i)\\b(?:warn(?:ing)?|using default|defaults? to|defaulting|fall(?:ing)? ?back|optional"
              + "|disabled?|skipping|ReferenceError)\\b");

  private static final List<Rule> RULES =
      List.of(
          // A port that is taken.
          rule(
              About.PORT_IN_USE,
              "eaddrinuse",
              "EADDRINUSE(?::? address already in use)?,? ?(?:[^\\s'\"]*:(\\d{1,5})\\b|(/[^\\s'\"]+))"),
          rule(
              About.PORT_IN_USE,
              "in use",
              "(?i)\\bport (\\d{1,5}) (?:is|was) (?:already |currently )?(?:in use|being used|used)"),
          rule(
              About.PORT_IN_USE,
              "in use",
              "(?i)(?:address|connection) (?:is )?(?:already )?in use.*?(?:, |port |:)(\\d{1,5})\\b"),
          rule(
              About.PORT_IN_USE,
              "in use",
              "(?i)(?:, |port |:)(\\d{1,5})\\b.*address already in use"),
          rule(About.PORT_IN_USE, "address already in use", "(?i)address already in use"),
          rule(About.PORT_IN_USE, "eaddrinuse", "EADDRINUSE"),
          rule(About.PORT_IN_USE, "bindexception", "java\\.net\\.BindException"),
          rule(About.PORT_IN_USE, "already allocated", "(?i)port is already allocated"),
          // A build that was not made.
          rule(
              About.BUILD_MISSING,
              "production build",
              "Could not find a (?:valid )?(?:production )?build in the '([^']{1,200})' directory"),
          rule(About.BUILD_MISSING, "production build", "(?i)could not find a production build"),
          rule(
              About.BUILD_MISSING,
              "build_id",
              "(?i)no such file or directory.{0,40}'([^']*BUILD_ID)'"),
          rule(
              About.BUILD_MISSING,
              "no such file",
              "(?i)ENOENT: no such file or directory, \\w+ '([^']*/" + BUILT + "/[^']*)'"),
          rule(
              About.BUILD_MISSING,
              "cannot find module",
              "Cannot find module '((?:[^']*/)?" + BUILT + "/[^']*)'"),
          rule(
              About.BUILD_MISSING,
              "cannot find module",
              "Cannot find module '([^']*/" + BUILT + ")'"),
          rule(About.BUILD_MISSING, "unable to access jarfile", "Unable to access jarfile (\\S+)"),
          rule(About.BUILD_MISSING, "can't open file", "can't open file '([^']+)': \\[Errno 2\\]"),
          rule(About.BUILD_MISSING, "script not found", "(?i)script not found:? (\\S+)"),
          // Memory, before modules: Java names a class in both.
          rule(About.OUT_OF_MEMORY, "heap out of memory", "(?i)heap out of memory"),
          rule(About.OUT_OF_MEMORY, "outofmemoryerror", "OutOfMemoryError"),
          rule(
              About.OUT_OF_MEMORY,
              "killed",
              "^(?:[\\w./-]+: line \\d+: +\\d+ )?Killed\\b.{0,400}$"),
          rule(
              About.OUT_OF_MEMORY,
              "out of memory",
              "(?i)(?:perhaps|runtime:|error:|process is|fatal:) out of memory|^out of memory"),
          rule(About.OUT_OF_MEMORY, "memoryerror", "^MemoryError\\b"),
          rule(About.OUT_OF_MEMORY, "bad_alloc", "std::bad_alloc"),
          rule(About.OUT_OF_MEMORY, "cannot allocate memory", "(?i)cannot allocate memory"),
          rule(About.OUT_OF_MEMORY, "max memory", "(?i)exceeded? (?:the )?max(?:imum)? memory"),
          // A module that is not installed.
          rule(
              About.MODULE_MISSING,
              "cannot find",
              "(?i)cannot find (?:module|package) ['\"]([^'\"]+)['\"]"),
          rule(About.MODULE_MISSING, "no module named", "No module named ['\"]?([A-Za-z0-9_.]+)"),
          rule(About.MODULE_MISSING, "cannot import name", "cannot import name '([^']+)'"),
          rule(About.MODULE_MISSING, "module_not_found", "(?:ERR_)?MODULE_NOT_FOUND"),
          rule(
              About.MODULE_MISSING, "classnotfoundexception", "ClassNotFoundException: ([\\w.$]+)"),
          rule(About.MODULE_MISSING, "noclassdeffounderror", "NoClassDefFoundError: ([\\w./$]+)"),
          rule(
              About.MODULE_MISSING,
              "could not find or load main class",
              "Could not find or load main class ([\\w.$]+)"),
          rule(About.MODULE_MISSING, "cannot load such file", "cannot load such file -- (\\S+)"),
          rule(
              About.MODULE_MISSING,
              "could not find",
              "Could not find (?:gem ['\"]?)?([\\w.-]+)['\"]? .{0,40}(?:in any of the sources|in locally installed gems)"),
          rule(
              About.MODULE_MISSING,
              "shared librar",
              "(?:error while loading shared libraries|Error loading shared library):? ([\\w.+-]+)"),
          rule(
              About.MODULE_MISSING, "failed opening required", "Failed opening required '([^']+)'"),
          rule(About.MODULE_MISSING, "class \"", "Class \"([^\"]+)\" not found"),
          // A variable that is not set.
          rule(
              About.VARIABLE_MISSING,
              "environment variable not found",
              "Environment variable not found: (" + NAME + ")"),
          rule(
              About.VARIABLE_MISSING,
              "missing",
              "(?i:missing|undefined) (?i:required |mandatory )?(?i:environment|env|config(?:uration)?)(?i: variables?| vars?)?(?i:\\(s\\))?:? *"
                  + QUOTE
                  + "("
                  + NAME
                  + ")"),
          rule(About.VARIABLE_MISSING, "keyerror", "KeyError: ['\"](" + NAME + ")['\"]"),
          rule(About.VARIABLE_MISSING, "key not found", "key not found: \"(" + NAME + ")\""),
          rule(About.VARIABLE_MISSING, "required key", "required key (" + NAME + ") missing"),
          rule(
              About.VARIABLE_MISSING,
              "process.env",
              "process\\.env\\.(" + NAME + ")['\"`]? (?:is|was|must|not|has)"),
          rule(
              About.VARIABLE_MISSING,
              "variable",
              "(?i:variables?):? "
                  + QUOTE
                  + "("
                  + NAME
                  + ")"
                  + QUOTE
                  + ":? (?i:is |was |has |must |should |are )?(?i:not |be |been |missing|required|undefined|unset|empty|needed)"),
          rule(
              About.VARIABLE_MISSING,
              "variable",
              "("
                  + NAME
                  + ")"
                  + QUOTE
                  + " (?i:environment|env) (?i:variable|var) (?i:is |was |has |must |should )?(?i:not |be |missing|required|undefined|unset|empty|needed)"),
          rule(
              About.VARIABLE_MISSING,
              "environment variable",
              "(?i:set|provide|define) (?i:the )?"
                  + QUOTE
                  + "("
                  + NAME
                  + ")"
                  + QUOTE
                  + " (?i:environment variable)"),
          rule(
              About.VARIABLE_MISSING,
              "could not resolve placeholder",
              "Could not resolve placeholder '([^']+)'"),
          rule(
              About.VARIABLE_MISSING,
              "",
              "\\b("
                  + LONG_NAME
                  + ")"
                  + QUOTE
                  + ":? (?:environment variable |env var )?(?:(?:must|should|needs to|has to) (?:be )?(?:set|defined|provided|present|given|specified|not be empty)|(?:is |are |was |has |cannot be )?(?:not (?:been )?(?:defined|set|provided|found|configured|specified|present)|required|missing|undefined|unset|empty))\\b"),
          rule(
              About.VARIABLE_MISSING,
              "required",
              "\\b(" + LONG_NAME + ")['\"]?: \\[? ?['\"]?Required"),
          // Something it depends on.
          rule(About.DEPENDENCY_REFUSED, "econnrefused", "ECONNREFUSED,? " + HOST_PORT),
          rule(
              About.DEPENDENCY_REFUSED,
              "getaddrinfo",
              "getaddrinfo (?:ENOTFOUND|EAI_AGAIN|ENODATA) " + HOST_PORT),
          rule(About.DEPENDENCY_REFUSED, "etimedout", "connect ETIMEDOUT " + HOST_PORT),
          rule(
              About.DEPENDENCY_REFUSED,
              "connection refused",
              "dial tcp " + HOST_PORT + ": connect: connection refused"),
          rule(
              About.DEPENDENCY_REFUSED,
              "connection to server at",
              "connection to server at \"([^\"]+)\".{0,60}failed"),
          rule(
              About.DEPENDENCY_REFUSED,
              "can't connect to",
              "(?i)can't connect to (?:local )?(?:MySQL|MariaDB|PostgreSQL|Redis|database) server (?:on|through socket) '([^']+)'"),
          rule(
              About.DEPENDENCY_REFUSED,
              "can't reach database server",
              "Can't reach database server at [`'\"]?([^`'\"\\s]+)"),
          rule(About.DEPENDENCY_REFUSED, "connecting to", "Error \\d+ connecting to " + HOST_PORT),
          rule(About.DEPENDENCY_REFUSED, "refused", "(?i)connection to " + HOST_PORT + " refused"),
          rule(
              About.DEPENDENCY_REFUSED,
              "refused",
              "(?i)(?:postgres|redis|mysql|mariadb|mongo|amqp|rabbit|kafka|elastic|memcache|database|\\bdb\\b).{0,200}connection refused"),
          rule(
              About.DEPENDENCY_REFUSED,
              "refused",
              "(?i)connection refused.{0,200}(?:postgres|redis|mysql|mariadb|mongo|amqp|rabbit|kafka|elastic|memcache|database|\\bdb\\b)"),
          rule(About.DEPENDENCY_REFUSED, "econnrefused", "ECONNREFUSED"),
          rule(
              About.DEPENDENCY_REFUSED,
              "java.net.connectexception",
              "java\\.net\\.ConnectException: Connection refused"),
          // Rights.
          rule(
              About.PERMISSION,
              "eacces",
              "EACCES:? permission denied,? (?:\\w+ )?['\"]?([^'\"\\s]+)"),
          rule(
              About.PERMISSION,
              "eperm",
              "EPERM: operation not permitted,? (?:\\w+ )?['\"]?([^'\"\\s]+)"),
          rule(About.PERMISSION, "permission denied", "(?i)permission denied: ['\"]([^'\"]+)['\"]"),
          rule(
              About.PERMISSION,
              "permission denied",
              "(?i)listen \\w+ (\\S+): bind: permission denied"),
          rule(About.PERMISSION, "accessdeniedexception", "AccessDeniedException: (\\S+)"),
          rule(About.PERMISSION, "permission denied", "(?i)\\bpermission denied\\b"),
          // A setting that cannot be.
          rule(
              About.SETTING_INVALID,
              "eaddrnotavail",
              "EADDRNOTAVAIL:? (?:address not available )?(\\S+)?"),
          rule(
              About.SETTING_INVALID,
              "cannot assign requested address",
              "(?i)cannot assign requested address"),
          rule(
              About.SETTING_INVALID,
              "err_socket_bad_port",
              "ERR_SOCKET_BAD_PORT|options\\.port should be"),
          rule(About.SETTING_INVALID, "options.port should be", "options\\.port should be"),
          rule(
              About.SETTING_INVALID,
              "authentication failed",
              "(?i)password authentication failed for user \"?([\\w.-]+)"),
          rule(About.SETTING_INVALID, "access denied for user", "Access denied for user '([^']*)'"),
          rule(
              About.SETTING_INVALID,
              "does not exist",
              "(?:FATAL:.*)?database \"([^\"]+)\" does not exist"),
          rule(About.SETTING_INVALID, "improperlyconfigured", "ImproperlyConfigured"),
          rule(
              About.SETTING_INVALID,
              "invalid",
              "(?i)invalid (?:configuration|config|setting|environment|env|value)\\b(?: (?:for|of|in|option|variables?:?))*:? ?"
                  + QUOTE
                  + "([A-Za-z][\\w.-]*)?"),
          rule(
              About.SETTING_INVALID,
              "unknown option",
              "(?i)unknown option:? ['\"`]?(-{0,2}[\\w-]+)"),
          rule(
              About.SETTING_INVALID,
              "failed to load config",
              "(?i)failed to load config(?:uration)?"),
          rule(About.SETTING_INVALID, "yamlexception", "YAMLException"),
          // Anything else that ends a process.
          rule(About.CRASH, "uncaught", "(?i)\\buncaught ?(?:exception|error)"),
          rule(
              About.CRASH,
              "unhandled",
              "(?i)unhandled ?(?:promise ?)?(?:rejection|exception|error)|Unhandled 'error' event"),
          rule(About.CRASH, "traceback", "Traceback \\(most recent call last\\)"),
          rule(About.CRASH, "panic", "^(?:panic: |thread '.*' panicked at)"),
          rule(About.CRASH, "exception in thread", "Exception in thread \""),
          rule(About.CRASH, "segmentation fault", "(?i)segmentation fault"),
          rule(
              About.CRASH,
              "failed",
              "(?i)application (?:startup failed|failed to start)|worker failed to boot"),
          rule(About.CRASH, "error", "^(?:[A-Z]\\w*\\.)*\\w*Error(?: \\[\\w+\\])?: "),
          rule(About.CRASH, "exception", "^(?:Caused by: )?(?:[a-z]\\w*\\.)*\\w*Exception: "),
          rule(About.CRASH, "fatal", "\\bFATAL(?: ERROR)?:|^fatal(?: error)?:"));

  private ComplaintRules() {}

  private static Rule rule(About about, String literal, String pattern) {
    return new Rule(about, literal, Pattern.compile(pattern));
  }

  static @Nullable Match match(String line) {
    String lower = line.toLowerCase(Locale.ROOT);
    for (Rule rule : RULES) {
      if (lower.contains(rule.literal())) {
        Matcher matcher = rule.pattern().matcher(line);
        if (matcher.find()) {
          String subject = subject(matcher);
          About about = rule.about();
          if (about == About.VARIABLE_MISSING && MILD.matcher(line).find()) {
            return null;
          }
          if (about == About.BUILD_MISSING
              && subject != null
              && (subject.contains("node_modules/") || subject.contains("build/Release/"))) {
            // A package's own folder: the package is not installed, nothing of ours is unbuilt.
            about = About.MODULE_MISSING;
          }
          return new Match(about, subject, lower.startsWith("traceback"));
        }
      }
    }
    return null;
  }

  private static @Nullable String subject(Matcher matcher) {
    for (int group = 1; group <= matcher.groupCount(); group++) {
      String text = matcher.group(group);
      if (text != null && !text.isEmpty()) {
        return LogText.shown(
            text.length() > MAX_SUBJECT_CHARACTERS
                ? text.substring(0, MAX_SUBJECT_CHARACTERS)
                : text);
      }
    }
    return null;
  }
}
