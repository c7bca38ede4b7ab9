package dev.why502.conf;

import dev.why502.definition.Receiver;
import dev.why502.definition.Receiver.Format;
import dev.why502.definition.Receiver.Post;
import dev.why502.definition.Receiver.Way;
import dev.why502.definition.Request.Header;
import dev.why502.definition.Target;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One entry of {@code notify.receivers}. No message repeats an address, a token or a password. */
final class ReceiverReader {
  static final List<String> TYPES =
      List.of("alertmanager", "webhook", "slack", "feishu", "dingtalk", "wecom", "email");

  static final List<String> KEYS =
      List.of(
          "name",
          "lang",
          "alertmanager",
          "webhook",
          "slack",
          "feishu",
          "dingtalk",
          "wecom",
          "email");

  /** Of programs: one address or, of an Alertmanager in several copies, all of them. */
  static final List<String> ALERTMANAGER_KEYS =
      List.of("url", "urls", "headers", "basicAuth", "token");

  static final List<String> WEBHOOK_KEYS = List.of("url", "headers", "basicAuth", "token");
  static final List<String> BASIC_AUTH_KEYS = List.of("user", "password");
  static final List<String> BOT_KEYS = List.of("url");
  static final List<String> SIGNED_BOT_KEYS = List.of("url", "secret");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
  private static final int LONGEST_SECRET = 4_096;

  private final Faults faults;

  ReceiverReader(Faults faults) {
    this.faults = faults;
  }

  @Nullable Receiver read(Json value, Pointer at) {
    Members receiver = Members.of(value, at, faults, KEYS);
    if (receiver == null) {
      return null;
    }
    receiver.require("name");
    if (receiver.get("name") instanceof Json.Text name && name.secret()) {
      faults.add(
          receiver.at("name"),
          "a name is shown everywhere and so cannot come from ${env:} or ${file:}");
      return null;
    }
    String name = receiver.parsed("name", ReceiverReader::name);
    String language = receiver.parsed("lang", ReceiverReader::language);
    List<String> types = TYPES.stream().filter(receiver::has).toList();
    if (types.size() != 1) {
      faults.add(at, "needs exactly one of " + String.join(", ", TYPES));
      return null;
    }
    Way way = way(types.get(0), receiver);
    return name == null || way == null ? null : new Receiver(name, language, way);
  }

  private @Nullable Way way(String type, Members receiver) {
    return switch (type) {
      case "email" -> new MailReader(faults).read(receiver);
      case "alertmanager" -> program(Format.ALERTMANAGER, receiver, ALERTMANAGER_KEYS);
      case "webhook" -> program(Format.WEBHOOK, receiver, WEBHOOK_KEYS);
      case "slack" -> bot(Format.SLACK, receiver, BOT_KEYS);
      case "feishu" -> bot(Format.FEISHU, receiver, SIGNED_BOT_KEYS);
      case "dingtalk" -> bot(Format.DINGTALK, receiver, SIGNED_BOT_KEYS);
      case "wecom" -> bot(Format.WECOM, receiver, BOT_KEYS);
      default -> throw new AssertionError(type);
    };
  }

  private static @Nullable Way bot(Format format, Members receiver, List<String> keys) {
    Members bot = receiver.object(format.type(), keys);
    if (bot == null) {
      return null;
    }
    bot.require("url");
    Target url = bot.parsedUnseen("url", WebUrl::parse);
    String secret = bot.parsedUnseen("secret", ReceiverReader::secret);
    return url == null ? null : new Post(format, List.of(url), List.of(), secret);
  }

  private @Nullable Way program(Format format, Members receiver, List<String> keys) {
    Members program = receiver.object(format.type(), keys);
    if (program == null) {
      return null;
    }
    List<Target> urls = urls(program);
    List<Header> headers = headers(program.anyObject("headers"));
    List<String> credentials = new ArrayList<>();
    String token = program.parsedUnseen("token", ReceiverReader::secret);
    if (token != null) {
      credentials.add("Bearer " + token);
    }
    Members basic = program.object("basicAuth", BASIC_AUTH_KEYS);
    if (basic != null) {
      basic.require("user");
      basic.require("password");
      String user = basic.parsedUnseen("user", ReceiverReader::user);
      String password = basic.parsedUnseen("password", ReceiverReader::secret);
      if (user != null && password != null) {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        credentials.add("Basic " + Base64.getEncoder().encodeToString(pair));
      }
    }
    if (credentials.size() > 1
        || (!credentials.isEmpty() && names(headers).contains("authorization"))) {
      faults.add(program.at(), "says more than once how it is authorized");
    }
    credentials.forEach(value -> headers.add(new Header("Authorization", value)));
    return urls.isEmpty() ? null : new Post(format, urls, headers, null);
  }

  private static List<Header> headers(@Nullable Members given) {
    List<Header> headers = new ArrayList<>();
    if (given == null) {
      return headers;
    }
    for (String name : given.keys()) {
      given.checkKey(name, RequestReader::headerToSend);
      String value = given.parsedUnseen(name, RequestReader::headerValue);
      if (value != null) {
        headers.add(new Header(name, value));
      }
    }
    return headers;
  }

  private List<Target> urls(Members program) {
    List<Target> urls = new ArrayList<>();
    if (program.has("url") == program.has("urls")) {
      faults.add(program.at("url"), program.has("url") ? "stands beside \"urls\"" : "is missing");
    }
    Target url = program.parsedUnseen("url", WebUrl::parse);
    if (url != null) {
      urls.add(url);
    }
    List<Json> several = program.array("urls", Limits.RECEIVERS);
    for (int i = 0; i < several.size(); i++) {
      Json one = several.get(i);
      Json unseen = one instanceof Json.Text text ? new Json.Text(text.value(), true) : one;
      Target target = program.parsed(unseen, program.at("urls").child(i), WebUrl::parse);
      if (target != null) {
        urls.add(target);
      }
    }
    if (program.get("urls") instanceof Json.Arr array && array.items().isEmpty()) {
      faults.add(program.at("urls"), "is empty");
    }
    return urls;
  }

  private static Set<String> names(List<Header> headers) {
    Set<String> names = new HashSet<>();
    headers.forEach(header -> names.add(header.name().toLowerCase(Locale.ROOT)));
    return names;
  }

  private static Parsed<String> name(String text) {
    return text.length() <= Limits.ID_CHARACTERS && NAME.matcher(text).matches()
        ? Parsed.of(text)
        : Parsed.not("is not a name of letters, digits, \".\", \"_\" and \"-\"");
  }

  /** What goes into a header or under a signature. */
  static Parsed<String> secret(String text) {
    if (text.isEmpty() || text.length() > LONGEST_SECRET) {
      return Parsed.not("is empty, or longer than " + LONGEST_SECRET + " characters");
    }
    return text.chars().anyMatch(Character::isISOControl)
        ? Parsed.not("has a line break or another control character in it")
        : Parsed.of(text);
  }

  private static Parsed<String> user(String text) {
    return text.indexOf(':') >= 0
        ? Parsed.not("has a colon in it, which no user name can have (RFC 7617)")
        : secret(text);
  }

  private static Parsed<String> language(String text) {
    return text.equals("en") || text.equals("zh")
        ? Parsed.of(text)
        : Parsed.not("is not \"en\" or \"zh\"");
  }
}
