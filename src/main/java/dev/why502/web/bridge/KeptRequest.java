package dev.why502.web.bridge;

import io.vertx.core.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.internal.http.HttpServerRequestWrapper;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * A request whose connection stays with us. SockJS's polling transports close theirs after an
 * answer that did not announce it, and a client that has meanwhile sent its next request on it
 * loses that (RFC 9112, 9.3 and 9.6).
 */
final class KeptRequest extends HttpServerRequestWrapper {
  private final HttpConnection connection;

  KeptRequest(HttpServerRequest request) {
    super((HttpServerRequestInternal) request);
    connection = kept(request.connection());
  }

  @Override
  public HttpConnection connection() {
    return connection;
  }

  private static HttpConnection kept(HttpConnection real) {
    return (HttpConnection)
        Proxy.newProxyInstance(
            KeptRequest.class.getClassLoader(),
            new Class<?>[] {HttpConnection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                return Future.succeededFuture();
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
