// A shop: from a mandate to a refund, told by signed webhooks. Kotlin 2 on Java 17, no dependency.
//
// NARU_KEY      the shop's key, naru_sk_test_...
// NARU_URL      where Naru answers; http://localhost:5150 unless given
// NARU_MANDATE  a mandate that a member has approved; without it one is asked for
//
// Without a JSON library it reads single fields by a pattern; a real shop uses the one that it has.

import com.sun.net.httpserver.HttpServer
import java.net.InetSocketAddress
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.security.MessageDigest
import java.time.Duration
import java.util.Base64
import java.util.UUID
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec
import kotlin.math.abs

val api = (System.getenv("NARU_URL") ?: "http://localhost:5150") + "/api/v1"
val naruKey: String = System.getenv("NARU_KEY") ?: error("NARU_KEY is missing")
val http: HttpClient = HttpClient.newHttpClient()
const val PATIENCE_SECS = 120L

// A webhook that is older was recorded and sent again by somebody else.
const val TOLERANCE_SECS = 300L

/** One call of the API. `key` makes it safe to send again: the same key is done once. */
fun call(method: String, path: String, body: String? = null, key: String? = null): String {
    val request = HttpRequest.newBuilder(URI(api + path))
        .timeout(Duration.ofSeconds(30))
        .header("Authorization", "Bearer $naruKey")
        .header("Accept-Language", "en")
        .method(method, body?.let { HttpRequest.BodyPublishers.ofString(it) } ?: HttpRequest.BodyPublishers.noBody())
    if (body != null) request.header("Content-Type", "application/json")
    if (key != null) request.header("Idempotency-Key", key)
    val answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString())
    // `money_moved` in the problem says whether a refused call moved money: no, yes, or unknown.
    check(answer.statusCode() < 400) { answer.body() }
    return answer.body()
}

/** The first field of this name. */
fun String.field(name: String): String =
    Regex("\"$name\":\\s*(?:\"([^\"]*)\"|([^,}\\]]+))").find(this)
        ?.let { found -> found.groupValues[1].ifEmpty { found.groupValues[2] } }
        ?: error("no $name in $this")

/** Whether a webhook is Naru's: https://www.standardwebhooks.com, `v1`. */
fun isSigned(secret: String, id: String, sentAt: String, signatures: String, body: ByteArray): Boolean {
    val age = abs(System.currentTimeMillis() / 1000 - (sentAt.toLongOrNull() ?: return false))
    if (age > TOLERANCE_SECS) return false
    val mac = Mac.getInstance("HmacSHA256")
    mac.init(SecretKeySpec(Base64.getDecoder().decode(secret.removePrefix("whsec_")), "HmacSHA256"))
    mac.update("$id.$sentAt.".toByteArray())
    val expected = Base64.getEncoder().encode(mac.doFinal(body))
    // While a secret is exchanged there are two signatures; one that fits is enough.
    return signatures.split(" ")
        .filter { it.startsWith("v1,") }
        .any { MessageDigest.isEqual(expected, it.removePrefix("v1,").toByteArray()) }
}

/** Takes webhooks, answers at once, and does the work elsewhere. */
class Receiver {
    @Volatile var secret: String? = null
    private val events = LinkedBlockingQueue<String>()
    private val seen = ConcurrentHashMap.newKeySet<String>()
    private val server = HttpServer.create(InetSocketAddress("127.0.0.1", 0), 0).apply {
        createContext("/webhooks") { exchange ->
            val body = exchange.requestBody.readAllBytes()
            val header = { name: String -> exchange.requestHeaders.getFirst(name).orEmpty() }
            val id = header("webhook-id")
            val isOurs = secret?.let { isSigned(it, id, header("webhook-timestamp"), header("webhook-signature"), body) } ?: false
            exchange.sendResponseHeaders(if (isOurs) 204 else 400, -1)
            exchange.close()
            // The same event may come twice: it is known by its id.
            if (isOurs && seen.add(id)) events.add(String(body))
        }
        start()
    }
    val url = "http://127.0.0.1:${server.address.port}/webhooks"

    /** The event of one of these types about one thing; what else comes is only told. */
    fun waitFor(about: String, vararg types: String): String {
        while (true) {
            val event = events.poll(PATIENCE_SECS, TimeUnit.SECONDS) ?: error("no ${types.joinToString(" or ")} about $about")
            val isAbout = event.substringAfter("\"data\":").field("id") == about
            println("webhook ${event.field("type")}")
            if (isAbout && event.field("type") in types) return event
        }
    }

    fun close() = server.stop(0)
}

/** A member's consent, given before or now. */
fun approvedMandate(): String {
    System.getenv("NARU_MANDATE")?.let { return it }
    val asked = """{"return_url":"http://localhost/thanks","per_payment_limit":100000,"daily_limit":300000,"reference":"customer-7"}"""
    var mandate = call("POST", "/mandates", asked, UUID.randomUUID().toString())
    println("approve here: ${mandate.field("approval_url")}")
    val ends = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECS)
    while (mandate.field("status") == "pending") {
        check(System.nanoTime() < ends) { "nobody approved the mandate" }
        Thread.sleep(1000)
        mandate = call("GET", "/mandates/${mandate.field("id")}")
    }
    check(mandate.field("status") == "active") { "the mandate is ${mandate.field("status")}" }
    return mandate.field("id")
}

fun main() {
    val receiver = Receiver()
    val endpoint = call("POST", "/webhook-endpoints", """{"url":"${receiver.url}"}""", UUID.randomUUID().toString())
    receiver.secret = endpoint.field("secret")
    try {
        val mandate = approvedMandate()
        println("mandate $mandate is approved")
        // The key belongs to the order: a repeated request is the same payment.
        val order = "order-${UUID.randomUUID()}"
        val bought = """{"mandate_id":"$mandate","order_id":"$order","amount":12300,"description":"Drip coffee"}"""
        var payment = call("POST", "/payments", bought, order)
        val id = payment.field("id")
        println("payment $id is ${payment.field("status")}")
        val paid = receiver.waitFor(id, "payment.succeeded", "payment.failed")
        check(paid.field("type") == "payment.succeeded") { "not paid: $paid" }

        val wanted = """{"amount":2300,"reason":"One cup arrived broken"}"""
        val refund = call("POST", "/payments/$id/refunds", wanted, "refund-$order")
        println("refund ${refund.field("id")} is ${refund.field("status")}")
        receiver.waitFor(refund.field("id"), "refund.succeeded")
        payment = call("GET", "/payments/$id")
        println("done: ${payment.field("amount")} paid, ${payment.field("refunded_amount")} given back")
    } finally {
        call("DELETE", "/webhook-endpoints/${endpoint.field("id")}")
        receiver.close()
    }
}
