package dev.why502.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTextTest {
  @ParameterizedTest
  @CsvSource({
    "007f, \\u007f",
    "009b, \\u009b",
    "200b, \\u200b",
    "2028, \\u2028",
    "202e, \\u202e",
    "2066, \\u2066",
    "d83d, \\ud83d",
    "de00, \\ude00",
    "e0041, \\udb40\\udc41"
  })
  void whatSteersAReaderIsEscaped(String hex, String escape) {
    // Given
    String text = "a" + Character.toString(Integer.parseInt(hex, 16)) + "b";
    // When
    String json = JsonText.of(new JsonObject().put("t", text));
    // Then
    assertEquals("{\"t\":\"a" + escape + "b\"}", json);
    assertEquals(text, new JsonObject(json).getString("t"));
  }

  @Test
  void ordinaryTextStaysAsItIs() {
    // Given
    String json = "{\n  \"t\": \"größer 数据 \ud83d\ude00\"\n}";
    String plain = "{\"t\":\"plain\"}";
    // When
    String escaped = JsonText.escaped(json);
    // Then
    assertEquals(json, escaped);
    assertSame(plain, JsonText.escaped(plain));
  }
}
