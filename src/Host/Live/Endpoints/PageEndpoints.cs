using System.Net.Mime;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace TrainingDoctor.Host.Live.Endpoints;

/// <summary>The page that people watch runs on. It is part of the program; no file of the machine is ever served.</summary>
internal static class PageEndpoints
{
    private static readonly (string Path, string Asset, string Type)[] Assets =
    [
        ("/", "live.html", MediaTypeNames.Text.Html),
        ("/live.css", "live.css", MediaTypeNames.Text.Css),
        ("/live.js", "live.js", MediaTypeNames.Text.JavaScript),
    ];

    /// <summary>Adds the page.</summary>
    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        foreach (var (path, asset, type) in Assets)
        {
            byte[] content = Read(asset);
            routes.MapGet(path, (RequestDelegate)(context =>
            {
                context.Response.ContentType = $"{type}; charset=utf-8";
                context.Response.ContentLength = content.Length;
                return context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
            }));
        }
    }

    private static byte[] Read(string asset)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"TrainingDoctor.Host.Live.{asset}")
            ?? throw new InvalidOperationException($"The asset {asset} is not embedded.");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
