using Microsoft.AspNetCore.Http;
using Newtonsoft.Json;

namespace TrainingDoctor.Host.Live.Security;

/// <summary>The answer to a request that is not served: a status and one sentence.</summary>
internal static class Refusal
{
    /// <summary>Writes the answer.</summary>
    public static Task WriteAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonConvert.SerializeObject(new { error = reason }), context.RequestAborted);
    }
}
