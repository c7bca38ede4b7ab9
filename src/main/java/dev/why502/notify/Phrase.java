package dev.why502.notify;

import dev.why502.language.Language;

/**
 * What a message says of its own, each in all languages, so that the compiler knows of one that
 * lacks; {@code {}} is a slot. They are not in the catalogue, where a text is found by its words: a
 * message is full of words from outside, and "down" alone is one of theirs too.
 */
enum Phrase {
  DOWN("down", "故障"),
  DEGRADED("degraded", "降级"),
  FLAPPING("flapping", "反复"),
  STILL_DOWN("still down", "仍然故障"),
  STILL_DEGRADED("still degraded", "仍然降级"),
  STILL_FLAPPING("still flapping", "仍在反复"),
  RESOLVED("resolved", "已恢复"),
  MERGED("part of another incident", "属于另一事件"),
  REPAIRED("repaired", "已修复"),
  NOT_REPAIRED("not repaired", "未能修复"),
  WORSE("worse after a remedy", "修复后更糟"),
  REMEDY_RUNS("a remedy runs", "修复动作正在执行"),
  REMEDY_WOULD_RUN("a remedy would run, and is not allowed to", "修复动作可以执行，但未获允许"),
  REMEDY_WITHDRAWN("a remedy was withdrawn", "修复动作已撤回"),
  REMEDY_AGAIN("a remedy may run again", "修复动作可以再次执行"),
  TEST("test", "测试"),
  TEST_SUMMARY(
      "This is a test of why502; nothing is wrong. Messages about incidents will arrive here.",
      "这是 why502 的测试消息，一切正常。事件消息会发送到这里。"),
  AND_MORE("{} and {} more", "{} 等共 {} 个"),
  AFFECTED("Affected", "影响"),
  ONE_PROBE("1 probe: {}", "1 个探测：{}"),
  PROBES("{} probes: {}", "{} 个探测：{}"),
  STILL_FAILING("{}; {} of them still fail", "{}；其中 {} 个仍未恢复"),
  SINCE("Since", "开始于"),
  FOR("{} UTC, for {}", "{} UTC，已持续 {}"),
  AT("{} UTC", "{} UTC"),
  LASTED("Lasted", "持续"),
  LASTED_FROM("{}, from {} UTC", "{}，自 {} UTC 起"),
  BEFORE("Before", "此前"),
  CERTAINTY("Certainty", "确定程度"),
  CERTAIN("certain", "确定"),
  LIKELY("likely", "很可能"),
  POSSIBLE("possible", "可能"),
  GOES_ON_AS("Goes on as", "后续见"),
  BY("Remedy", "修复动作"),
  FIX("Fix", "修复"),
  THEN("Then", "然后"),
  OPEN("Open in why502", "在 why502 中查看"),
  SECONDS("{} s", "{} 秒"),
  MINUTES("{} min", "{} 分钟"),
  HOURS("{} h", "{} 小时"),
  HOURS_MINUTES("{} h {} min", "{} 小时 {} 分钟"),
  DAYS("{} days", "{} 天");

  private final String english;
  private final String chinese;

  Phrase(String english, String chinese) {
    this.english = english;
    this.chinese = chinese;
  }

  /** With these texts in its slots, as they are. */
  String in(Language language, Object... slots) {
    String template =
        switch (language) {
          case ENGLISH -> english;
          case CHINESE -> chinese;
        };
    StringBuilder out = new StringBuilder();
    int from = 0;
    for (Object slot : slots) {
      int at = template.indexOf("{}", from);
      out.append(template, from, at).append(slot);
      from = at + 2;
    }
    return out.append(template.substring(from)).toString();
  }
}
