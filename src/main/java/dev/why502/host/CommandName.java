package dev.why502.host;

/** Makes a program's name out of what a process calls itself, which may be anything. */
final class CommandName {
  static final int MAX_CHARACTERS = 64;

  private CommandName() {}

  /**
   * "/usr/bin/node" is node; "nginx: master process /usr/sbin/nginx" is nginx; "next-server
   * (v14.1.0)" is next-server.
   */
  static String of(String argument) {
    int end = 0;
    while (end < argument.length() && argument.charAt(end) > ' ') {
      end++;
    }
    String word = argument.substring(0, end);
    word = word.substring(word.lastIndexOf('/') + 1);
    while (word.endsWith(":")) {
      word = word.substring(0, word.length() - 1);
    }
    // A login shell calls itself "-bash".
    if (word.startsWith("-")) {
      word = word.substring(1);
    }
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < word.length() && name.length() < MAX_CHARACTERS; i++) {
      char c = word.charAt(i);
      name.append(c > ' ' && c < 0x7f ? c : '?');
    }
    return name.toString();
  }
}
