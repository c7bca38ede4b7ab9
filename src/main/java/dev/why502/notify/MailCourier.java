package dev.why502.notify;

import dev.why502.bus.Spoken;
import dev.why502.definition.Receiver.Mail;
import dev.why502.definition.Receiver.Security;
import dev.why502.definition.Secrets;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailConfig;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.MailResult;
import io.vertx.ext.mail.SMTPException;
import io.vertx.ext.mail.StartTLSOptions;

/** Takes notices to a mail server, over a connection for each: mails are rare. */
final class MailCourier implements Courier {
  private static final int MAX_WORDS = 200;

  private final Vertx vertx;
  private final Mail mail;
  private final Spoken words;
  private final Links links;
  private final Timing timing;
  private final Secrets secrets;

  MailCourier(Vertx vertx, Mail mail, Spoken words, Links links, Timing timing) {
    this.vertx = vertx;
    this.mail = mail;
    this.words = words;
    this.links = links;
    this.timing = timing;
    this.secrets = new Secrets(mail.secrets());
  }

  @Override
  public Future<Attempt> carry(Notice notice) {
    Message message = Message.of(notice, words, links.of(notice.incidentId()));
    MailMessage letter = MailBody.of(notice, message, mail);
    Promise<Attempt> attempt = Promise.promise();
    MailClient client = MailClient.create(vertx, config());
    long timer =
        vertx.setTimer(
            timing.mailMillis(),
            id ->
                attempt.tryComplete(
                    Attempt.again("no answer within " + timing.mailMillis() + " ms", null)));
    client
        .sendMail(letter)
        .onSuccess(result -> attempt.tryComplete(taken(result)))
        .onFailure(failure -> attempt.tryComplete(failed(failure)));
    return attempt
        .future()
        .onComplete(
            done -> {
              vertx.cancelTimer(timer);
              // Closes the connection, also one on which nothing comes any more.
              client.close();
            });
  }

  private MailConfig config() {
    MailConfig config =
        new MailConfig(mail.host(), mail.port())
            .setSsl(mail.security() == Security.TLS)
            .setStarttls(
                mail.security() == Security.STARTTLS
                    ? StartTLSOptions.REQUIRED
                    : StartTLSOptions.DISABLED)
            .setLogin(mail.user() == null ? LoginOption.DISABLED : LoginOption.REQUIRED)
            .setKeepAlive(false)
            .setMaxPoolSize(1)
            .setUserAgent("why502")
            .setOwnHostname(mail.from().substring(mail.from().indexOf('@') + 1))
            // One that is refused must not keep the others from hearing of it.
            .setAllowRcptErrors(true)
            .setConnectTimeout((int) timing.mailMillis())
            .setHostnameVerificationAlgorithm("HTTPS");
    if (mail.user() != null && mail.password() != null) {
      config.setUsername(mail.user()).setPassword(mail.password());
    }
    return config;
  }

  private Attempt taken(MailResult result) {
    int reached = result.getRecipients().size();
    int all = mail.to().size();
    return Attempt.taken(
        reached == all
            ? "the mail server took it"
            : "the mail server took it for " + reached + " of " + all + " recipients");
  }

  private Attempt failed(Throwable failure) {
    if (!(failure instanceof SMTPException refusal) || refusal.getReplyCode() < 400) {
      // The client's own words for it, which it has no type for.
      boolean tls = String.valueOf(failure.getMessage()).contains("STARTTLS");
      return Attempt.again(
          tls ? "the mail server offers no STARTTLS" : Caller.words(failure), null);
    }
    String said = String.join(" ", refusal.getReplyMessages());
    String text = "the mail server answered: " + Plain.line(secrets.mask(said.strip()), MAX_WORDS);
    // 4xx is for now, 5xx for good (RFC 5321, 4.2.1).
    return refusal.isPermanent() ? Attempt.refused(text) : Attempt.again(text, null);
  }
}
