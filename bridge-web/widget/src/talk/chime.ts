/** Two short soft tones for a new message, made on the spot so that there is no file to load. */

export function chime(): void {
  try {
    const audio = new AudioContext();
    const gain = audio.createGain();
    gain.connect(audio.destination);
    gain.gain.setValueAtTime(0.08, audio.currentTime);
    gain.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.35);
    [660, 880].forEach((pitch, i) => {
      const tone = audio.createOscillator();
      tone.frequency.value = pitch;
      tone.connect(gain);
      tone.start(audio.currentTime + i * 0.12);
      tone.stop(audio.currentTime + 0.36);
    });
    window.setTimeout(() => void audio.close(), 600);
  } catch {
    // A browser without sound still shows the badge.
  }
}
