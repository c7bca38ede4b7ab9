package dev.why502.probe;

import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The names of {@code /etc/hosts} (hosts(5)) with their addresses, in the file's order. */
record HostsFile(Map<String, List<String>> names) {
  static HostsFile parse(String text) {
    Map<String, List<String>> names = new HashMap<>();
    text.lines()
        .forEach(
            line -> {
              int comment = line.indexOf('#');
              String[] words =
                  (comment < 0 ? line : line.substring(0, comment)).trim().split("\\s+");
              String address = words[0];
              if (words.length < 2
                  || !(NetUtil.isValidIpV4Address(address)
                      || NetUtil.isValidIpV6Address(address))) {
                return;
              }
              for (int i = 1; i < words.length; i++) {
                List<String> known =
                    names.computeIfAbsent(
                        words[i].toLowerCase(Locale.ROOT), name -> new ArrayList<>());
                if (!known.contains(address)) {
                  known.add(address);
                }
              }
            });
    return new HostsFile(Map.copyOf(names));
  }

  List<String> addresses(String name) {
    return names.getOrDefault(name, List.of());
  }
}
