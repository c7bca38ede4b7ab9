package dev.why502.gateway.nginx;

import dev.why502.gateway.ByteText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What error_page makes of one status.
 *
 * @param status status that the client gets: 0 the one of what it leads to, -1 the same as before
 */
record NginxErrorPage(int code, int status, String target) {
  /** Statuses of upstream failures that nginx makes itself, intercepted in any case. */
  private static final List<Integer> OWN = List.of(502, 504);

  static @Nullable NginxErrorPage of(NginxScope scope, int status) {
    for (NginxErrorPage page : all(scope)) {
      if (page.code == status) {
        return page;
      }
    }
    return null;
  }

  private static List<NginxErrorPage> all(NginxScope scope) {
    List<NginxErrorPage> pages = new ArrayList<>();
    for (NginxDirective directive : scope.nearest("error_page")) {
      List<String> args = directive.args();
      if (args.size() < 2) {
        continue;
      }
      int codes = args.size() - 1;
      int status = -1;
      String overwrite = args.get(codes - 1);
      if (overwrite.startsWith("=")) {
        codes--;
        status =
            overwrite.length() == 1
                ? 0
                : (int) Math.max(0, ByteText.number(overwrite.substring(1)));
      }
      for (int i = 0; i < codes; i++) {
        pages.add(
            new NginxErrorPage(
                (int) ByteText.number(args.get(i)), status, args.get(args.size() - 1)));
      }
    }
    return pages;
  }

  int redirectStatus() {
    return switch (status) {
      case 301, 303, 307, 308 -> status;
      default -> 302;
    };
  }

  /** "502 =200 /sorry" of every status that it would catch on a pass. */
  static List<String> intercepts(NginxScope scope, String family) {
    boolean every = scope.on(family + "_intercept_errors");
    List<String> texts = new ArrayList<>();
    for (NginxErrorPage page : all(scope)) {
      if (every || OWN.contains(page.code)) {
        String overwrite = page.status < 0 ? "" : page.status == 0 ? "= " : "=" + page.status + " ";
        texts.add(page.code + " " + overwrite + ByteText.shown(page.target));
      }
    }
    return texts;
  }
}
