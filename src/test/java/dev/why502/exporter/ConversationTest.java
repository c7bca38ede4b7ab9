package dev.why502.exporter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Definitions;
import dev.why502.definition.Dialogue.Next;
import dev.why502.definition.Dialogue.Turn;
import dev.why502.definition.ProbeModule;
import dev.why502.definition.ProbeModule.Step;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConversationTest {
  private static Conversation usual(String module) {
    ProbeModule named = new Modules(Definitions.empty()).named(module);
    List<Step> steps = named instanceof ProbeModule.Tcp tcp ? tcp.steps() : List.of();
    return new Conversation(steps, new Journal());
  }

  private static Turn say(String text) {
    return new Turn(Next.LISTEN, text);
  }

  @Test
  void ircBannerAnswersThePingWithItsOwnWord() {
    // Given
    Conversation irc = usual("irc_banner");
    // When
    Turn hello = irc.opened();
    Turn pong = irc.heard(":irc.test NOTICE * :hi\r\nPING :4711\r\n");
    Turn end = irc.heard(":irc.test 001 prober :Welcome\r\n");
    // Then
    assertEquals(say("NICK prober\nUSER prober prober prober :prober\n"), hello);
    assertEquals(say("PONG 4711\n"), pong);
    assertEquals(Turn.END, end);
    assertFalse(irc.failed());
  }

  @Test
  void lineMayComeInPieces() {
    // Given
    Conversation ssh = usual("ssh_banner");
    // When
    Turn first = ssh.opened();
    Turn half = ssh.heard("SSH-2.");
    Turn whole = ssh.heard("0-x\n");
    // Then
    assertEquals(List.of(say(""), say("")), List.of(first, half));
    assertEquals(new Turn(Next.END, "SSH-2.0-why502-ssh-check\n"), whole);
  }

  @Test
  void capturedTextBecomesLabels() {
    // Given
    Conversation ssh = usual("ssh_banner_extract");
    // When
    ssh.opened();
    ssh.heard("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n");
    // Then
    assertEquals(
        List.of(Map.entry("ssh_version", "OpenSSH_9.2p1"), Map.entry("ssh_comments", "Debian-2")),
        ssh.captured());
  }

  @Test
  void mailIsAskedForTlsAndGreetedAgainUnderIt() {
    // Given
    Conversation mail = usual("smtp_starttls");
    // When
    mail.opened();
    Turn ehlo = mail.heard("220 mx.test ESMTP Postfix\r\n");
    Turn start = mail.heard("250-mx.test\r\n250-STARTTLS\r\n");
    Turn tls = mail.heard("220 2.0.0 Ready\r\ninjected in the clear\r\n");
    Turn again = mail.secured();
    Turn quit = mail.heard("250-AUTH PLAIN\r\n");
    // Then
    assertEquals(List.of(say("EHLO prober\n"), say("STARTTLS\n")), List.of(ehlo, start));
    assertEquals(new Turn(Next.START_TLS, ""), tls);
    assertEquals(say("EHLO prober\n"), again);
    assertEquals(new Turn(Next.END, "QUIT\n"), quit);
  }

  @Test
  void closeBeforeTheLineFails() {
    // Given
    Conversation ssh = usual("ssh_banner");
    // When
    ssh.opened();
    ssh.heard("HTTP/1.1 400 Bad Request\r\n");
    Turn end = ssh.closed();
    // Then
    assertEquals(Turn.END, end);
    assertTrue(ssh.regexFailed());
  }

  @Test
  void lineWithoutEndIsCutOff() {
    // Given
    Conversation ssh = usual("ssh_banner");
    // When
    ssh.opened();
    Turn end = ssh.heard("x".repeat(Conversation.LONGEST_LINE + 1));
    // Then
    assertEquals(Next.END, end.next());
    assertTrue(ssh.failed());
  }
}
