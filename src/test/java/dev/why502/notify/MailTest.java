package dev.why502.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Receiver.Security;
import dev.why502.notify.Notice.Kind;
import dev.why502.notify.SmtpStub.Letter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MailTest {
  private static final String KEY = "I1-OPENED-gateway-wrong-port";

  @Test
  void mailsOfOneIncidentAreOneThread() throws Exception {
    // Given
    try (SmtpStub server = new SmtpStub();
        Telling telling = new Telling(server.receiver("mail", null, "ops@example.com"))) {
      // When
      telling.tell(
          Notices.opened("mail", "I1"),
          Notices.of(
              "mail",
              Kind.CHANGED,
              Notices.incident("I1", "open", "upstream-refused"),
              "gateway-wrong-port"),
          Notices.resolved("mail", "I1"),
          Notices.opened("mail", "I2"));
      Letter opened = server.next();
      Letter changed = server.next();
      Letter resolved = server.next();
      Letter other = server.next();
      // Then
      assertEquals("delivered " + KEY + ": the mail server took it", telling.hear());
      for (int i = 0; i < 3; i++) {
        telling.hear();
      }
      assertEquals("[why502] down: gateway-wrong-port (templates and 1 more)", opened.subject());
      assertTrue(resolved.subject().startsWith("[why502] resolved: "), resolved.subject());
      String root = opened.header("Message-ID");
      assertTrue(root.matches("<[0-9a-f]{16}\\.why502@example\\.com>"), root);
      assertNull(opened.header("In-Reply-To"));
      for (Letter answer : List.of(changed, resolved)) {
        assertEquals(root, answer.header("In-Reply-To"));
        assertEquals(root, answer.header("References"));
        assertFalse(root.equals(answer.header("Message-ID")));
      }
      assertFalse(root.equals(other.header("Message-ID")));
      assertEquals("auto-generated", opened.header("Auto-Submitted"));
      String text = opened.part("text/plain");
      assertTrue(text.contains("nginx sends /api/ to 127.0.0.1:3001, where nothing listens"));
      assertTrue(text.contains("sed -i 's/3001/3002/' a.conf"), text);
      assertTrue(text.contains("http://why502.example/#incident/I1"), text);
      assertTrue(changed.part("text/plain").contains("Before: gateway-wrong-port"));
      assertTrue(resolved.part("text/plain").contains("Lasted: 12 min, from 2025-09-18 09:45:50"));
      assertTrue(opened.part("text/html").contains("sed -i &#39;s/3001/3002/&#39; a.conf"));
    }
  }

  @Test
  void mailThatIsSentAgainIsTheSameMail() throws Exception {
    // Given
    try (SmtpStub server = new SmtpStub();
        Telling telling = new Telling(server.receiver("mail", "zh", "ops@example.com"))) {
      server.on(".", "451 4.3.0 try again later");
      // When
      telling.tell(Notices.opened("mail", "I1"), Notices.opened("mail", "I1"));
      // Then
      assertTrue(telling.hear().startsWith("delivered"));
      assertTrue(telling.hear().startsWith("delivered"));
      Letter first = server.next();
      assertEquals(first.header("Message-ID"), server.next().header("Message-ID"));
      assertEquals("[why502] 故障: gateway-wrong-port (templates 等共 2 个)", first.subject());
    }
  }

  @Test
  void refusalForGoodIsNotTriedAgain() throws Exception {
    // Given
    try (SmtpStub server = new SmtpStub();
        Telling telling = new Telling(server.receiver("mail", null, "ops@example.com"))) {
      server.on("MAIL", "550 5.7.1 we know you");
      // When
      telling.tell(Notices.opened("mail", "I1"));
      // Then
      assertEquals(
          "given up " + KEY + ": the mail server answered: 550 5.7.1 we know you", telling.hear());
      assertEquals(0, server.left());
    }
  }

  @Test
  void recipientThatIsRefusedKeepsTheOthersFromNothing() throws Exception {
    // Given
    try (SmtpStub server = new SmtpStub();
        Telling telling =
            new Telling(server.receiver("mail", null, "gone@example.com", "ops@example.com"))) {
      server.on("RCPT", "550 5.1.1 no such user");
      // When
      telling.tell(Notices.opened("mail", "I1"));
      // Then
      assertEquals(
          "delivered " + KEY + ": the mail server took it for 1 of 2 recipients", telling.hear());
    }
  }

  @Test
  void passwordIsSaidToTheServerAndToNobodyElse() throws Exception {
    // Given
    String password = "Kq7vN2xT9bRw4mZc8LpYd3Hs";
    try (SmtpStub server = new SmtpStub();
        Telling telling =
            new Telling(
                server.receiver("mail", null, Security.NONE, password, "ops@example.com"))) {
      server.extension("AUTH PLAIN").on("AUTH", "535 5.7.8 not " + password);
      // When
      telling.tell(Notices.opened("mail", "I1"));
      String refused = telling.hear();
      telling.hear();
      telling.tell(Notices.opened("mail", "I2"));
      telling.hear();
      // Then
      assertTrue(refused.startsWith("given up " + KEY), refused);
      assertFalse(refused.contains(password), refused);
      assertEquals("\0watcher\0" + password, SmtpStub.credentials(server.next()));
    }
  }

  @Test
  void serverWithoutTlsGetsNoLetterWhereTlsIsAsked() throws Exception {
    // Given
    try (SmtpStub server = new SmtpStub();
        Telling telling =
            new Telling(
                server.receiver(
                    "mail", null, Security.STARTTLS, "Kq7vN2xT9bRw4mZc", "ops@example.com"))) {
      server.extension("AUTH PLAIN");
      // When
      Receipt receipt = telling.notifier.test("mail").await();
      // Then
      assertFalse(receipt.taken());
      assertEquals("the mail server offers no STARTTLS", receipt.words());
      assertEquals(0, server.left());
    }
  }

  @Test
  void muteServerIsLetGo() throws Exception {
    // Given
    try (SmtpStub server = new SmtpStub();
        Telling telling = new Telling(server.receiver("mail", null, "ops@example.com"))) {
      server.on("connect", "");
      // When
      telling.tell(Notices.opened("mail", "I1"));
      // Then
      assertEquals("delivered " + KEY + ": the mail server took it", telling.hear());
    }
  }

  @Test
  void serverThatHangsUpIsTriedAgain() throws Exception {
    // Given
    try (SmtpStub server = new SmtpStub();
        Telling telling = new Telling(server.receiver("mail", null, "ops@example.com"))) {
      server.on("MAIL", SmtpStub.HANG_UP).on("EHLO", SmtpStub.HANG_UP);
      // When
      telling.tell(Notices.opened("mail", "I1"));
      // Then
      assertEquals("delivered " + KEY + ": the mail server took it", telling.hear());
      assertEquals(1, server.left());
    }
  }
}
