using TrainingDoctor.Host.Commands;

return await CommandTree.RunAsync(args).ConfigureAwait(false);
