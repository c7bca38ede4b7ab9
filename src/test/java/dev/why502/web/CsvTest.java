package dev.why502.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "plain           | \"plain\"",
        "a,b             | \"a,b\"",
        "say \"no\"      | \"say \"\"no\"\"\"",
        "=1+1            | \"'=1+1\"",
        "+1              | \"'+1\"",
        "-1              | \"'-1\"",
        "@SUM(A1)        | \"'@SUM(A1)\"",
        "` =cmd`         | \"' =cmd\"",
        "\"=1\"          | \"'\"\"=1\"\"\"",
        "\uff1d1         | \"'\uff1d1\"",
        "a=1             | \"a=1\"",
        "数据            | \"数据\"",
        "x\u202ey        | \"x\\u202ey\"",
      })
  void textStaysText(String text, String field) {
    assertEquals(field + "\r\n", Csv.line(Arrays.asList(text)));
  }

  @Test
  void controlCharactersStandAsEscapes() {
    assertEquals(
        "\"\\u0009=1\\u000a\",-1,1.5,,\"true\"\r\n",
        Csv.line(Arrays.asList("\t=1\n", -1, 1.5, null, true)));
  }
}
