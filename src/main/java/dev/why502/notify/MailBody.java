package dev.why502.notify;

import dev.why502.definition.Receiver.Mail;
import dev.why502.notify.Message.Fact;
import io.vertx.ext.mail.MailMessage;
import org.jspecify.annotations.Nullable;

/**
 * An e-mail: plain text, and the same as simple HTML. The mails of one incident are one thread: the
 * id of the first is made of the incident's, and all others answer it, also when somebody never got
 * the first.
 */
final class MailBody {
  private MailBody() {}

  static MailMessage of(Notice notice, Message message, Mail mail) {
    String id = id(notice, mail);
    MailMessage letter =
        new MailMessage()
            .setFrom(mail.from())
            .setTo(mail.to())
            .setSubject("[why502] " + message.title())
            .setText(String.join("\n", message.lines()) + "\n")
            .setHtml(html(message))
            .addHeader("Message-ID", id)
            // Asks answering machines to be silent (RFC 3834, 5).
            .addHeader("Auto-Submitted", "auto-generated");
    String root = root(notice, mail);
    if (!root.equals(id) && notice.kind() != Notice.Kind.TEST) {
      letter.addHeader("In-Reply-To", root).addHeader("References", root);
    }
    return letter;
  }

  /** The same for the same key: a mail that is sent again is one that was there already. */
  static String id(Notice notice, Mail mail) {
    return notice.kind() == Notice.Kind.OPENED
        ? root(notice, mail)
        : id(Signature.digest(notice.key()), mail);
  }

  private static String root(Notice notice, Mail mail) {
    return id(Signature.digest(notice.incidentId() + " " + mail.to()), mail);
  }

  private static String id(String unique, Mail mail) {
    return "<" + unique + ".why502@" + mail.from().substring(mail.from().indexOf('@') + 1) + ">";
  }

  private static String html(Message message) {
    StringBuilder out = new StringBuilder("<!doctype html><html><body><p><b style=\"color:");
    out.append(colour(message)).append("\">").append(escaped(message.title())).append("</b></p>");
    if (!message.summary().isEmpty()) {
      out.append("<p>").append(escaped(message.summary())).append("</p>");
    }
    if (!message.facts().isEmpty()) {
      out.append("<ul>");
      for (Fact fact : message.facts()) {
        out.append("<li>").append(escaped(fact.name() + ": " + fact.text())).append("</li>");
      }
      out.append("</ul>");
    }
    if (!message.steps().isEmpty()) {
      out.append("<pre>").append(escaped(String.join("\n", message.steps()))).append("</pre>");
    }
    @Nullable String link = message.link();
    if (link != null) {
      out.append("<p><a href=\"").append(escaped(link)).append("\">");
      out.append(escaped(message.open())).append("</a></p>");
    }
    return out.append("</body></html>\n").toString();
  }

  private static String colour(Message message) {
    return switch (message.tone()) {
      case BAD -> "#b3261e";
      case WARNING -> "#8a5a00";
      case GOOD -> "#1b6e3c";
      case NEUTRAL -> "#444444";
    };
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
    return out.toString();
  }
}
