package dev.why502.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TranslationTest {
  private static final long SEED = 502;

  private final Translation chinese = Chinese.translation();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "the gateway sends to 127.0.0.1:3001, where nothing listens; the process of backend (pm2"
            + " shop) listens on 3002 | 网关转发到 127.0.0.1:3001，而该处无进程监听；backend 的进程（pm2"
            + " shop）监听 3002",
        "nginx sends /api/ to 127.0.0.1:3001 (/etc/nginx/nginx.conf:20), where nothing listens;"
            + " backend listens on 3002 | nginx 把 /api/ 转发到"
            + " 127.0.0.1:3001（/etc/nginx/nginx.conf:20），而该处无进程监听；backend 监听 3002",
        "the gateway has run out of file descriptors | 网关的文件描述符已耗尽",
        "pm2 shop: errored, restarted 15 times, last exit status 1 | pm2 shop: errored，重启 15"
            + " 次，上次退出状态 1",
        "GET http://127.0.0.1:3001/x (Host: shop): connection refused connecting after 3 ms |"
            + " GET http://127.0.0.1:3001/x（Host: shop）：建立连接时被拒绝（3 ms 后）",
        "GET http://127.0.0.1:3001/x: no answer waiting for the response header after 2000 ms |"
            + " GET http://127.0.0.1:3001/x：等待响应头时无应答（2000 ms 后）",
        "the gateway holds app-1 (127.0.0.1:3001), app-2 (127.0.0.1:3002) out of use, though they"
            + " answer: its check asks for /health, which answers 404 | app-1 (127.0.0.1:3001),"
            + " app-2 (127.0.0.1:3002) 能够应答，网关却仍将它们摘除：其健康检查请求 /health，返回 404",
        "backend says itself what it lacks: Error: nothing listens there | backend"
            + " 自己报告了缺少什么：Error: nothing listens there",
        "give backend the module express, then start shop | 为 backend 安装模块 express，然后启动 shop",
      })
  void sentenceIsSaidInChinese(String english, String expected) {
    // When
    String said = chinese.say(english);

    // Then
    assertEquals(expected, said);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "backend",
        "127.0.0.1:3001",
        "a sentence that nobody has written down in any catalogue",
        "2026/11/22 16:22:02 [error] 16394#16394: *2 connect() failed (111: Connection refused)"
            + " while connecting to upstream, client: 127.0.0.1, server: shop.example",
        "{} {=} {\"} {1} \t \\ \u202e %s",
        "服务自身返回 502"
      })
  void whatIsNotOursStaysAsItIs(String text) {
    // When
    String said = chinese.say(text);

    // Then
    assertEquals(text, said);
  }

  @Test
  void englishIsSaidAsItIs() {
    // When
    String said = Translation.none().say("nothing to do");

    // Then
    assertEquals("nothing to do", said);
  }

  /** Made of the catalogue's own words, so that as much as possible fits as badly as possible. */
  @Test
  void hostileTextTakesABoundedTime() {
    // Given
    Random random = new Random(SEED);
    String[] words = Chinese.text().replaceAll("[^ -~]+", " ").split(" +");
    String[] texts = new String[200];
    for (int i = 0; i < texts.length; i++) {
      StringBuilder text = new StringBuilder();
      while (text.length() < Translation.LONGEST) {
        text.append(i % 2 == 0 ? words[random.nextInt(words.length)] : ": , ; (and) in ");
        text.append(random.nextInt(4) == 0 ? ", " : " ");
      }
      texts[i] = text.substring(0, Translation.LONGEST);
    }
    for (int i = 0; i < 10; i++) {
      chinese.say(texts[i]);
    }

    // When
    long before = System.nanoTime();
    assertTimeoutPreemptively(
        Duration.ofSeconds(50),
        () -> {
          for (String text : texts) {
            chinese.say(text);
          }
        });

    // Then
    double millis = (System.nanoTime() - before) / 1e6 / texts.length;
    System.out.printf("hostile text of %d characters: %.1f ms%n", Translation.LONGEST, millis);
  }

  @ParameterizedTest
  @ValueSource(strings = {"no tab", "a\t", "\tb", "a\tb\tc", "a {}\tb {2}", "a {}\tb\na {=}\tc"})
  void unusableEntryIsRefused(String catalogue) {
    // When / Then
    assertThrows(IllegalArgumentException.class, () -> Translation.of(catalogue));
  }
}
