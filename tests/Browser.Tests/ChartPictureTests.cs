using Microsoft.Playwright;
using TrainingDoctor.Tests.Reports;
using static TrainingDoctor.Tests.Browser.ChartPage;

namespace TrainingDoctor.Tests.Browser;

/// <summary>Charts look as they were accepted.</summary>
[Trait("Speed", "Slow")]
public sealed class ChartPictureTests(ChromiumBrowser browser) : IClassFixture<ChromiumBrowser>
{
    /// <summary>
    /// What is compared is what a chart draws, without its letters: lines, bands, dots, signs, axes and grid stand where the data say, on every machine, while the shapes of letters depend on its fonts.
    /// Set TRAINDOCTOR_ACCEPT=1 to take the pictures of this machine for right after a chart was changed on purpose.
    /// </summary>
    [BrowserTheory]
    [InlineData("Loss", ColorScheme.Light, 1400)]
    [InlineData("Loss", ColorScheme.Light, 400)]
    [InlineData("Loss", ColorScheme.Dark, 1400)]
    [InlineData("Loss", ColorScheme.Dark, 400)]
    [InlineData("Score", ColorScheme.Light, 1400)]
    [InlineData("Learning rate", ColorScheme.Light, 1400)]
    public async Task ChartsLookAsTheyWereAccepted(string title, ColorScheme scheme, int width)
    {
        string accepted = Path.Combine(Repository.Root, "tests", "Browser.Tests", "Accepted", FormattableString.Invariant($"{title.Replace(' ', '-')}-{scheme}-{width}.png").ToLowerInvariant());
        byte[] picture = await DrawnAsync(SampleRun.Ill(), title, scheme, width);
        if (TestEnvironment.Read("ACCEPT") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(accepted)!);
            await File.WriteAllBytesAsync(accepted, picture);
        }

        Assert.InRange(await DifferingAsync(picture, await File.ReadAllBytesAsync(accepted)), 0, Tolerance);
    }

    /// <summary>What the tolerance lets through must be less than any difference that a reader would see: another run, a dashed line more, a curve two pixels away.</summary>
    [BrowserFact]
    public async Task ThePicturesTellChartsApart()
    {
        byte[] picture = await DrawnAsync(SampleRun.Ill(), "Loss", ColorScheme.Light, 1400);

        Assert.InRange(await DifferingAsync(picture, await DrawnAsync(SampleRun.Ill(), "Loss", ColorScheme.Light, 1400)), 0, Tolerance / 10);
        Assert.InRange(await DifferingAsync(picture, await DrawnAsync(SampleRun.Ill(steps: 296), "Loss", ColorScheme.Light, 1400)), 2 * Tolerance, 1);
        Assert.InRange(await DifferingAsync(picture, await DrawnAsync(SampleRun.Ill(), "Loss", ColorScheme.Dark, 1400)), 0.5, 1);
    }

    /// <summary>The share of pixels that may differ. Edges of lines are smoothed a little differently from one version of the browser to the next, by less than a quarter of a colour's range, which is not counted at all; a curve that lies a pixel further off changes a hundredth.</summary>
    private const double Tolerance = 0.002;

    /// <summary>Draws a chart without its letters.</summary>
    private async Task<byte[]> DrawnAsync(DiagnosisReport report, string title, ColorScheme scheme, int width)
    {
        await using var opened = await browser.OpenAsync(report, scheme, width, begin: "CanvasRenderingContext2D.prototype.fillText = () => {};");
        var canvas = await LiveAsync(opened.Page, title);
        await opened.Page.Mouse.MoveAsync(0, 0);
        return await canvas.ScreenshotAsync();
    }

    private async Task<double> DifferingAsync(byte[] picture, byte[] other)
    {
        await using var blank = await browser.VisitAsync("about:blank");
        return await blank.Page.EvaluateAsync<double>(
            """
            async (pictures) => {
              const [a, b] = await Promise.all(pictures.map(async (picture) => {
                const image = new Image();
                image.src = `data:image/png;base64,${picture}`;
                await image.decode();
                const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
                const context = canvas.getContext("2d");
                context.drawImage(image, 0, 0);
                return context.getImageData(0, 0, image.width, image.height);
              }));
              if (a.width !== b.width || a.height !== b.height) { return 1; }
              let count = 0;
              for (let at = 0; at < a.data.length; at += 4) {
                if (Math.abs(a.data[at] - b.data[at]) + Math.abs(a.data[at + 1] - b.data[at + 1]) + Math.abs(a.data[at + 2] - b.data[at + 2]) > 96) { count++; }
              }
              return 4 * count / a.data.length;
            }
            """,
            new[] { Convert.ToBase64String(picture), Convert.ToBase64String(other) });
    }
}
