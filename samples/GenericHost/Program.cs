using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TrainingDoctor;

// Training as a service of a generic host: options come from appsettings.json and the command line, findings go to the host's log.
// snippet: generic-host
var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddTrainingDoctor(builder.Configuration.GetSection("trainingDoctor"));
builder.Services.Configure<TrainingSettings>(builder.Configuration.GetSection("training"));
builder.Services.PostConfigure<TrainingSettings>(settings => settings.Output = builder.Configuration["output"] ?? settings.Output);
builder.Services.AddHostedService<TrainingService>();

await builder.Build().RunAsync();
// end-snippet
return Environment.ExitCode;

/// <summary>What is up to the user of the job: appsettings.json, or <c>--training:learningRate 0.05</c>.</summary>
internal sealed class TrainingSettings
{
    public int Epochs { get; set; } = 10;

    public double LearningRate { get; set; } = 0.1;

    public string Output { get; set; } = "report.json";
}
