/**
 * HTTP in and out of Camel: an own platform-http engine on Vert.x with exact paths, bounded work and streamed bodies.
 *
 * <p>What a route behind a {@code platform-http:} endpoint meets:
 *
 * <ul>
 *   <li>The exchange property {@code request} is an {@link org.agentos.federation.http.InboundRequest}; message headers
 *       are the decoded path parameters and nothing else; the body is a byte array, unpacked and never null.
 *   <li>It answers by its message: a status in {@code CamelHttpResponseCode} (200, or 204 without a body), the headers
 *       of a short list, and a body. Bytes, text and Vert.x buffers go out as they are, an InputStream is read as the
 *       client takes it, a {@code Flow.Publisher<Buffer>} is streamed, anything else becomes JSON.
 *   <li>It holds a place among the requests worked on until it has answered, or gives it back before, by its
 *       {@link org.agentos.federation.http.WorkPlace}, where it waits for something that others bound.
 *   <li>A {@link org.agentos.federation.error.FederationException} anywhere in the cause of a failure is the answer;
 *       any other failure is a 500 that says nothing.
 *   <li>A publisher's {@code subscribe}, {@code request} and {@code cancel} are called on an event loop and must not
 *       block; it may signal from any thread. It is always subscribed to, and canceled within the moment when the
 *       client has left; an error from it cuts the connection, so that a stream never ends early and looks whole.
 *       The head goes out at once, that of a {@link org.agentos.federation.http.PromptPublisher} with its first buffer.
 * </ul>
 *
 * <p>A request passes {@code HttpListener} (sockets, time limits), {@code RequestDispatcher} (what can be refused before
 * any work), {@code RouteRun} on a {@code WorkLane} (the exchange), {@code AnswerEncoder} and {@code HttpCall} (the
 * answer).
 */
package org.agentos.federation.http;
