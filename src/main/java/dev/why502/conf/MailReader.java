package dev.why502.conf;

import dev.why502.definition.Receiver.Mail;
import dev.why502.definition.Receiver.Security;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The key {@code email} of a receiver. */
final class MailReader {
  static final List<String> KEYS = List.of("host", "port", "tls", "user", "password", "from", "to");

  static final int RECIPIENTS = 100;

  /** Ports of submission with TLS from the first byte, with STARTTLS (RFC 8314), and of relays. */
  private static final int TLS_PORT = 465;

  private static final int STARTTLS_PORT = 587;
  private static final int PLAIN_PORT = 25;

  private static final int LONGEST_ADDRESS = 254;

  /** The dot-atom form of RFC 5322, 3.4.1: what needs quotes is nobody's address. */
  private static final Pattern ADDRESS =
      Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*");

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");

  private final Faults faults;

  MailReader(Faults faults) {
    this.faults = faults;
  }

  @Nullable Mail read(Members receiver) {
    Members mail = receiver.object("email", KEYS);
    if (mail == null) {
      return null;
    }
    mail.require("host");
    mail.require("from");
    mail.require("to");
    String host = mail.parsed("host", HostText::parse);
    Integer given = mail.whole("port", 1, 65_535);
    Security asked = mail.parsed("tls", MailReader::security);
    Security security =
        asked != null
            ? asked
            : given != null && given == TLS_PORT ? Security.TLS : Security.STARTTLS;
    int port = given != null ? given : usual(security);
    String user = mail.parsedUnseen("user", ReceiverReader::secret);
    String password = mail.parsedUnseen("password", ReceiverReader::secret);
    if (mail.has("user") != mail.has("password")) {
      faults.add(
          mail.at(mail.has("user") ? "password" : "user"), "is missing: one needs the other");
    }
    if (password != null && security == Security.NONE && host != null && !LOOPBACK.contains(host)) {
      faults.warn(mail.at("tls"), "the password goes over the network for everybody to read");
    }
    String from = mail.parsed("from", MailReader::address);
    List<String> to = mail.parsedAll("to", MailReader::address);
    if (mail.get("to") instanceof Json.Arr array
        && (array.items().isEmpty() || array.items().size() > RECIPIENTS)) {
      faults.add(mail.at("to"), "needs 1 to " + RECIPIENTS + " addresses");
    }
    return host == null || from == null || to.isEmpty()
        ? null
        : new Mail(host, port, security, user, password, from, to);
  }

  private static int usual(Security security) {
    return switch (security) {
      case NONE -> PLAIN_PORT;
      case STARTTLS -> STARTTLS_PORT;
      case TLS -> TLS_PORT;
    };
  }

  private static Parsed<Security> security(String text) {
    return switch (text) {
      case "none" -> Parsed.of(Security.NONE);
      case "starttls" -> Parsed.of(Security.STARTTLS);
      case "tls" -> Parsed.of(Security.TLS);
      default -> Parsed.not("is not \"starttls\", \"tls\" or \"none\"");
    };
  }

  private static Parsed<String> address(String text) {
    return text.length() <= LONGEST_ADDRESS && ADDRESS.matcher(text).matches()
        ? Parsed.of(text)
        : Parsed.not("is not an address such as ops@example.com");
  }
}
