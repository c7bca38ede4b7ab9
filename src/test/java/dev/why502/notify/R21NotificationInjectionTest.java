package dev.why502.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Receiver;
import dev.why502.definition.Receiver.Format;
import dev.why502.notify.Notice.Kind;
import dev.why502.notify.SmtpStub.Letter;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * R21: what a peer sends (a server header, a reason, a description) arrives at people as text. Each
 * message is read as its receiver reads it: nobody is called, nothing is evaluated, no link and no
 * line of a head comes out of it.
 */
@Timeout(60)
class R21NotificationInjectionTest {
  private static final List<String> PAYLOADS =
      List.of(
          "{{7*7}}",
          "{{ 7*7 }}",
          "${7*7}",
          "${env:HOME}",
          "#{7*7}",
          "<%= 7*7 %>",
          "{% debug %}",
          "{{.Labels}}",
          "{{ .CommonAnnotations }}",
          "{{range .}}x{{end}}",
          "${jndi:ldap://x/a}",
          "${{7*7}}",
          "[[7*7]]",
          "@{7*7}",
          "*{7*7}",
          "~{7*7}",
          "%{7*7}",
          "$(id)",
          "`id`",
          "@all",
          "@everyone",
          "@here",
          "@channel",
          "<!channel>",
          "<!here>",
          "<!everyone>",
          "<@U012AB3CD>",
          "<#C012AB3CD>",
          "<!subteam^S1|ops>",
          "<@all>",
          "<at id=all></at>",
          "<at user_id=\"all\">all</at>",
          "<at id=\"ou_1\">x</at>",
          "@13800000000",
          "<@userid>",
          "](http://x)",
          "[click](http://x)",
          "![x](http://x/y.png)",
          "<http://x|click>",
          "[a]: http://x",
          "<a href=\"http://x\">x</a>",
          "<script>alert(1)</script>",
          "<img src=x onerror=alert(1)>",
          "&lt;b&gt;",
          "&#60;b&#62;",
          "**bold**",
          "_it_",
          "~~no~~",
          "# head",
          "> quote",
          "- item",
          "1. item",
          "| a | b |",
          "```code```",
          "\\*x\\*",
          "a\r\nBcc: x@example.com",
          "a\nSubject: x",
          "a\r\n\r\nbody",
          "a\r\n.\r\nQUIT",
          "\u202egnp.exe",
          "\u200b@all",
          "\u2028next",
          "\0null",
          "\u001b[31mred",
          "=?UTF-8?Q?x?=",
          "x\uD800y",
          "\",\"text\":\"x",
          "\\\",\\\"at\\\":{\\\"isAtAll\\\":true}");

  private static final Set<String> HEADS =
      Set.of(
          "mime-version",
          "message-id",
          "date",
          "subject",
          "from",
          "to",
          "auto-submitted",
          "content-type");

  @Test
  void textOfAPeerArrivesAsText() throws Exception {
    // Given
    int read = 0;
    try (Receiving web = new Receiving();
        SmtpStub server = new SmtpStub();
        Telling telling =
            new Telling(
                bot(web, Format.SLACK),
                bot(web, Format.FEISHU),
                bot(web, Format.DINGTALK),
                bot(web, Format.WECOM),
                bot(web, Format.WEBHOOK),
                bot(web, Format.ALERTMANAGER),
                server.receiver("mail", null, "ops@example.com"))) {
      web.always(500, "");
      for (String payload : PAYLOADS) {
        JsonObject hostile = hostile(payload);
        for (Format format : Format.values()) {
          web.then(200, "", format == Format.SLACK ? "ok" : "{\"code\":0,\"errcode\":0}");
          // When
          telling.tell(
              Notice.of(
                  "k", format.type(), Kind.OPENED, hostile, Map.of("team", payload), payload));
          JsonObject body = json(web.next().body());
          assertTrue(telling.hear().startsWith("delivered k"));
          // Then
          String shown = shown(format, body);
          assertTrue(shown.contains(plain(payload)), () -> format + ": " + payload + "\n" + shown);
          assertFalse(shown.contains("49 ") || shown.contains("/root"), shown);
          read++;
        }
        telling.tell(Notice.of("m", "mail", Kind.OPENED, hostile, Map.of(), payload));
        Letter letter = server.next();
        assertTrue(telling.hear().startsWith("delivered m"));
        mail(letter, payload);
        read++;
      }
      assertEquals(0, web.left());
      assertEquals(0, server.left());
    }
    System.out.println(
        "R21: "
            + PAYLOADS.size()
            + " payloads, "
            + read
            + " messages: mentions 0, links 0, lines 0");
    assertTrue(PAYLOADS.size() >= 60);
  }

  private static JsonObject hostile(String payload) {
    return new JsonObject()
        .put("id", "I1")
        .put("state", "open")
        .put("severity", "down")
        .put("cause", "gateway-wrong-port " + payload)
        .put("confidence", "certain")
        .put("summary", "the edge answered 502 (" + payload + ")")
        .put("gateway", payload)
        .put("upstream", payload)
        .put("probes", JsonArray.of(payload, "b"))
        .put("affected", 2)
        .put("failing", 2)
        .put("since", "2025-09-18T09:45:50.001Z")
        .put(
            "verdict",
            new JsonObject()
                .put(
                    "fix",
                    new JsonObject()
                        .put("summary", payload)
                        .put("steps", JsonArray.of("echo " + payload, payload))
                        .put("verify", payload)))
        .put("at", "2025-09-18T09:46:50.300Z");
  }

  private static Receiver bot(Receiving web, Format format) {
    return web.receiver(format.type(), format);
  }

  private static JsonObject json(String body) {
    return body.startsWith("[") ? new JsonArray(body).getJsonObject(0) : new JsonObject(body);
  }

  /** On one line, as every text of a message is. */
  private static String plain(String payload) {
    return Plain.line(payload, 500);
  }

  /** What people see, after it was read as the service reads it. */
  private static String shown(Format format, JsonObject body) {
    return switch (format) {
      case SLACK -> slack(body);
      case FEISHU -> feishu(body);
      case DINGTALK -> dingTalk(body);
      case WECOM -> weCom(body);
      case WEBHOOK -> webhook(body);
      case ALERTMANAGER ->
          body.getJsonObject("annotations").encode().isEmpty() ? "" : annotations(body);
    };
  }

  private static String slack(JsonObject body) {
    assertEquals(
        Set.of("text", "mrkdwn", "unfurl_links", "unfurl_media", "blocks"), body.fieldNames());
    List<String> texts = new ArrayList<>(List.of(body.getString("text")));
    for (Object one : body.getJsonArray("blocks")) {
      JsonObject block = (JsonObject) one;
      JsonArray parts = new JsonArray();
      parts.addAll(block.getJsonArray("fields", new JsonArray()));
      parts.addAll(block.getJsonArray("elements", new JsonArray()));
      if (block.containsKey("text")) {
        parts.add(block.getJsonObject("text"));
      }
      for (Object part : parts) {
        JsonObject text = (JsonObject) part;
        if (text.getString("type").equals("mrkdwn")) {
          assertEquals(
              "<http://why502.example/#incident/I1|Open in why502>", text.getString("text"));
        } else {
          assertEquals("plain_text", text.getString("type"));
          texts.add(text.getString("text"));
        }
      }
    }
    String all = String.join("\n", texts);
    // Mentions, channels and links all begin with it.
    assertFalse(all.contains("<") || all.contains(">"), all);
    return all.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
  }

  private static String feishu(JsonObject body) {
    assertEquals(Set.of("msg_type", "card"), body.fieldNames());
    JsonObject card = body.getJsonObject("card");
    List<String> texts = new ArrayList<>();
    texts.add(plainText(card.getJsonObject("header").getJsonObject("title")));
    for (Object one : card.getJsonArray("elements")) {
      JsonObject element = (JsonObject) one;
      switch (element.getString("tag")) {
        case "div" -> texts.add(plainText(element.getJsonObject("text")));
        case "hr" -> assertEquals(1, element.size());
        case "action" ->
            assertEquals(
                "http://why502.example/#incident/I1",
                element.getJsonArray("actions").getJsonObject(0).getString("url"));
        default -> throw new AssertionError(element);
      }
    }
    return String.join("\n", texts);
  }

  private static String plainText(JsonObject text) {
    assertEquals(Set.of("tag", "content"), text.fieldNames());
    assertEquals("plain_text", text.getString("tag"));
    return text.getString("content");
  }

  /** Markdown: what could begin a structure is only what we wrote. */
  private static String dingTalk(JsonObject body) {
    assertEquals(
        new JsonObject()
            .put("isAtAll", false)
            .put("atMobiles", new JsonArray())
            .put("atUserIds", new JsonArray()),
        body.getJsonObject("at"));
    assertEquals(Set.of("msgtype", "markdown", "at"), body.fieldNames());
    String text = body.getJsonObject("markdown").getString("text");
    String link = "[Open in why502](http://why502.example/#incident/I1)";
    assertTrue(text.endsWith("\n\n" + link), text);
    List<String> lines = new ArrayList<>();
    for (String line : text.substring(0, text.length() - link.length()).split("\n")) {
      String content = line.replaceFirst("^(#### |> |- |[0-9]\\. )", "");
      assertFalse(content.matches(".*[\\\\`*_{}\\[\\]<>~|@!$].*"), line);
      assertFalse(content.matches(".*&(?!#[0-9]{2,3};).*"), line);
      assertFalse(content.replaceAll("&#[0-9]+;", "").contains("#"), line);
      lines.add(content);
    }
    return Pattern.compile("&#([0-9]+);")
        .matcher(String.join("\n", lines))
        .replaceAll(R21NotificationInjectionTest::character);
  }

  private static String character(MatchResult reference) {
    return java.util.regex.Matcher.quoteReplacement(
        Character.toString(Integer.parseInt(reference.group(1))));
  }

  private static String weCom(JsonObject body) {
    assertEquals("text", body.getString("msgtype"));
    assertEquals(Set.of("msgtype", "text"), body.fieldNames());
    JsonObject text = body.getJsonObject("text");
    assertEquals(Set.of("content", "mentioned_list"), text.fieldNames());
    assertEquals(new JsonArray(), text.getJsonArray("mentioned_list"));
    return text.getString("content");
  }

  private static String webhook(JsonObject body) {
    assertEquals(1, body.getJsonArray("alerts").size());
    return annotations(body.getJsonArray("alerts").getJsonObject(0));
  }

  private static String annotations(JsonObject alert) {
    assertEquals(
        Set.of("alertname", "incident", "severity", "probe", "team"),
        alert.getJsonObject("labels").fieldNames());
    assertEquals("Why502", alert.getJsonObject("labels").getString("alertname"));
    JsonObject annotations = alert.getJsonObject("annotations");
    return annotations.getString("summary") + "\n" + annotations.getString("description");
  }

  private static void mail(Letter letter, String payload) {
    Set<String> names = new TreeSet<>();
    for (String header : letter.headers()) {
      assertTrue(names.add(header.split(":", 2)[0].toLowerCase(java.util.Locale.ROOT)), header);
    }
    assertEquals(new TreeSet<>(HEADS), names);
    assertEquals(1, letter.commands().stream().filter(one -> one.startsWith("RCPT")).count());
    assertEquals("ops@example.com", letter.header("To"));
    String subject = letter.subject();
    assertTrue(subject.startsWith("[why502] down: gateway-wrong-port "), subject);
    assertTrue(letter.part("text/plain").contains(plain(payload)), letter.body());
    String html = letter.part("text/html");
    String ours =
        html.replaceAll("</?(html|body|p|b|ul|li|pre|a)( style=\"color:#[0-9a-f]{6}\")?>", "");
    assertEquals(1, ours.split("<a href=\"http://why502.example/#incident/I1\">", -1).length - 1);
    String left =
        ours.replace("<!doctype html>", "")
            .replace("<a href=\"http://why502.example/#incident/I1\">", "");
    assertFalse(left.contains("<") || left.contains(">") || left.contains("\""), left);
  }
}
